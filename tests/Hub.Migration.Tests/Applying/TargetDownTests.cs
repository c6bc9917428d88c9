using Hub.Migration.Applying;
using Hub.Migration.Applying.Postgres;
using Hub.Migration.Applying.Sqlite;

namespace Hub.Migration.Tests.Applying;

/// <summary>A server that is down is not a target that was never fed: whoever took it so would begin anew and drop the source's slot.</summary>
public sealed class TargetDownTests
{
    [Fact]
    public async Task ReadState_ServerIsDown_IsToldAndNotTakenForNeverFed()
    {
        await using var target = new PostgresTarget("Host=127.0.0.1;Port=1;Username=nobody;Database=new;Timeout=5", "shop", "new");

        var down = await Assert.ThrowsAsync<TargetMissingException>(() => target.ReadStateAsync(TestContext.Current.CancellationToken));
        Assert.True(down.IsDown);
        await Assert.ThrowsAsync<TargetMissingException>(() => target.DescribeAsync(["grp"], TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<TargetMissingException>(() => target.ListQuarantineAsync(0, 10, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<TargetMissingException>(() => target.PauseAsync("a person", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReadState_NoFileYet_WasNeverFed()
    {
        await using var target = new SqliteTarget(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.db"), "shop", "new");

        Assert.Null(await target.ReadStateAsync(TestContext.Current.CancellationToken));
    }
}
