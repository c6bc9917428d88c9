namespace Hub.Town.Tests;

public sealed class TownTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("town").FullName;

    [Fact]
    public async Task StartAsync_Restarted_HasTheSameAddresses()
    {
        TownAddresses first;
        await using (var town = await Town.StartAsync(new TownOptions { Folder = _folder }, TestContext.Current.CancellationToken))
        {
            first = town.Addresses;
        }

        await using var again = await Town.StartAsync(new TownOptions { Folder = _folder }, TestContext.Current.CancellationToken);

        Assert.Equal(first, again.Addresses);
    }

    [Fact]
    public void Of_PortsOfAFileThatNamesNotAll_SaysWhatToDo()
    {
        File.WriteAllText(Path.Combine(_folder, "ports.json"), """{ "legacy": 4000 }""");

        var refused = Assert.Throws<InvalidOperationException>(() => TownPorts.Of(new TownOptions { Folder = _folder }));

        Assert.Contains("Delete it", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
