using Hub.Storage;

namespace Hub.Town.Tests;

/// <summary>A whole town in a folder of its own, for one test; no hub in front and no pipeline behind.</summary>
public class StandingTown : IAsyncLifetime
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("town").FullName;

    public Town Town { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Town = await Town.StartAsync(new TownOptions { Folder = Folder }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Town.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Writes to a store as the migration pipeline would.</summary>
    public void Fill(string store, FormattableString sql)
    {
        using var connection = new SqliteFile(Path.Combine(Folder, store), durable: false).Open();
        connection.Execute(sql);
    }
}
