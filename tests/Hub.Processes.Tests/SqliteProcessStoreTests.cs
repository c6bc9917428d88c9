using Hub.Processes.Sqlite;
using Hub.Storage;

namespace Hub.Processes.Tests;

public sealed class SqliteProcessStoreTests : ProcessStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-processes-").FullName;
    private int _stores;

    protected override ValueTask OpenAsync() => ValueTask.CompletedTask;

    protected override ValueTask<Func<TimeProvider, IProcessStore>> MakeAsync()
    {
        var file = new SqliteFile(Path.Combine(_folder, $"adapters{_stores++}.db"));
        return ValueTask.FromResult<Func<TimeProvider, IProcessStore>>(time => new SqliteProcessStore(file, time));
    }

    protected override ValueTask CloseAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
