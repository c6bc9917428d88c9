using Hub.Adapters.Connectors;
using Hub.Processes.Sealing;
using Hub.Processes.Sqlite;
using Hub.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Tests;

/// <summary>What connectors keep, at rest.</summary>
public sealed class ConnectorStoresTests : IDisposable
{
    private static readonly TextSeal Seal = new(new EphemeralDataProtectionProvider(), "this process");
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-stores-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keep_Value_SurvivesAStartAndIsNowhereInThePlanesFolder()
    {
        await Open().Of("xero").KeepAsync("oauth.refresh", "very-secret-refresh-token", Cancel);

        Assert.Equal("very-secret-refresh-token", await Open().Of("Xero").GetAsync("oauth.refresh", Cancel));
        SqliteConnection.ClearAllPools();
        Assert.All(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), file =>
            Assert.DoesNotContain("very-secret", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keep_Null_Forgets()
    {
        var store = Open().Of("xero");
        await store.KeepAsync("a", "1", Cancel);
        await store.KeepAsync("a", null, Cancel);

        Assert.Null(await store.GetAsync("a", Cancel));
    }

    [Fact]
    public async Task Get_AnotherConnectorsValue_IsNotSeen()
    {
        await Open().Of("xero").KeepAsync("a", "1", Cancel);

        Assert.Null(await Open().Of("ups").GetAsync("a", Cancel));
    }

    [Fact]
    public async Task Get_KeysAreGone_SaysWhatToDo()
    {
        await Open().Of("xero").KeepAsync("a", "1", Cancel);
        Directory.Delete(Path.Combine(_folder, "keys"), recursive: true);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Open().Of("xero").GetAsync("a", Cancel));

        Assert.Contains("Put the keys there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_Folder_IsForThePlanesUserAlone()
    {
        Open();
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder, "keys")));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private ConnectorStores Open() => new(
        new SqliteProcessStore(new SqliteFile(Path.Combine(_folder, "adapters.db")), TimeProvider.System, Seal), new KeyFolder(Path.Combine(_folder, "keys")));
}
