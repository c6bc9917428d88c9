using System.Text;
using Hub.Processes.Sealing;
using Hub.Processes.Sqlite;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Processes.Tests;

public sealed class SqliteProcessStoreTests : ProcessStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-processes-").FullName;
    private int _stores;

    protected override ValueTask OpenAsync() => ValueTask.CompletedTask;

    protected override ValueTask<Func<TimeProvider, TextSeal, IProcessStore>> MakeAsync()
    {
        var file = new SqliteFile(Path.Combine(_folder, $"adapters{_stores++}.db"));
        return ValueTask.FromResult<Func<TimeProvider, TextSeal, IProcessStore>>((time, seal) => new SqliteProcessStore(file, time, seal));
    }

    protected override Task<IReadOnlyList<string>> DumpAsync()
    {
        SqliteConnection.ClearAllPools();
        return Task.FromResult<IReadOnlyList<string>>([.. Directory.GetFiles(_folder).Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)))]);
    }

    protected override ValueTask CloseAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
