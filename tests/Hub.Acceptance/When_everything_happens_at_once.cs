using System.Globalization;
using Hub.Control.Protocol;
using Hub.Town.Shoppers;

namespace Hub.Acceptance;


/// <summary>
/// The soak: shoppers, while at random groups are flipped and rolled back, mirrored requests meet faults, planes are killed
/// and control restarts. It takes <c>HUB_SOAK_MINUTES</c>, one by default.
/// </summary>
public sealed class When_everything_happens_at_once(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    private static readonly string[] Groups = ["catalog", "checkout", "account"];
    private static readonly string[] Gateways = ["gw-1", "gw-2"];

    private static TimeSpan Length => TimeSpan.FromMinutes(
        Environment.GetEnvironmentVariable("HUB_SOAK_MINUTES") is { Length: > 0 } minutes ? double.Parse(minutes, CultureInfo.InvariantCulture) : 1);

    [Fact]
    public async Task Should_misplace_fail_lose_and_double_nothing()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}, {Length.TotalMinutes} minutes");
        var random = new Random(Seed);
        await using var faults = await MirrorFaults.StartAsync(Town.Town.Storefront);
        await Town.RewriteConfigAsync(text => text.Replace(Town.Town.Storefront.ToString(), faults.Address.ToString(), StringComparison.Ordinal));
        using var crowd = new ShopperCrowd(Shoppers, rate: 1);
        using var looks = new Looks(Town);
        var walking = crowd.RunAsync(walks: null, first: 0, Cancelled);
        var looking = looks.RunAsync(visitors: 4, TimeSpan.FromMilliseconds(200), Cancelled);
        await Town.HubAsync("group", "mirror", "catalog", "on", "--reason", "soak");

        var (since, gatewayKills) = (TimeProvider.System.GetTimestamp(), 0);
        while (TimeProvider.System.GetElapsedTime(since) < Length)
        {
            switch (random.Next(10))
            {
                case 0:
                    gatewayKills++;
                    await KillAsync(random, Gateways[random.Next(Gateways.Length)]);
                    break;
                case 1:
                    await KillAsync(random, random.Next(2) == 0 ? "control" : "migration");
                    break;
                case 2:
                    Assert.Equal(0, await Town["control"].StopAsync());
                    await Town["control"].StartAsync();
                    break;
                case 3:
                    await RollBackAsync(looks, Groups[random.Next(Groups.Length)], evacuate: random.Next(2) == 0);
                    break;
                case 4 or 5:
                    faults.Fault = (MirrorFault)random.Next(Enum.GetValues<MirrorFault>().Length);
                    break;
                case 6 or 7:
                    await looks.ShiftAsync("catalog", random.Next(0, 101));
                    break;
                default:
                    await Town.ShiftAsync(Groups[random.Next(1, Groups.Length)], random.Next(0, 101));
                    break;
            }

            // A random moment is what it is about.
            await Task.Delay(random.Next(1_000), Cancelled);
        }

        looks.Close();
        await looking;
        await CloseAsync(crowd, walking);

        // In flight on a gateway that was killed: of each client at most one request a kill.
        Assert.All(crowd.Walks, walk => Assert.True(walk.Hiccups.Length <= gatewayKills, string.Join("; ", walk.Hiccups)));
        Assert.All(crowd.Walks.SelectMany(walk => walk.Hiccups), hiccup => Assert.DoesNotMatch(": 50[234]$", hiccup));
        Assert.All(looks.Failures.CountBy(failure => failure.Split(':')[0]), visitor => Assert.InRange(visitor.Value, 0, gatewayKills));
        await looks.JudgeAsync(Cancelled);
        await Books.ShouldAgreeAsync(Cancelled);
        Assert.True(faults.Mirrored > 0, "nothing was mirrored");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{crowd.Tally}; {looks.Count} looks, {looks.Failures.Count} cut; {gatewayKills} gateways killed, {faults.Mirrored} requests mirrored");
    }

    private async Task KillAsync(Random random, string victim)
    {
        Town[victim].Kill();
        await Task.Delay(random.Next(1_000), Cancelled);
        await Town[victim].StartAsync();
    }

    private async Task RollBackAsync(Looks looks, string group, bool evacuate)
    {
        var rollback = await Town.Control.RollbackGroupAsync(group, new RollbackGroup(Evacuate: evacuate, Reason: "soak", Wait: true), Cancelled);
        if (group == "catalog")
        {
            looks.Note(rollback, share: 0);
        }
    }
}
