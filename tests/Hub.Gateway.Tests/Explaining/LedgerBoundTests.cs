using Hub.Gateway.Explaining;
using Hub.Gateway.Limits;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Gateway.Tests.Explaining;

[Trait("Rule", "15")]
public sealed class LedgerBoundTests
{
    private const long Bound = 4L * 1024 * 1024;

    [Fact]
    public async Task Flood_OfErrorsWithLongPaths_LeavesTheLedgerWithinItsBound()
    {
        await using var shop = await Shop.StartAsync();
        var (ledger, folder) = Open(shop);
        await ledger.StartAsync(TestContext.Current.CancellationToken);
        var largest = 0L;
        for (var batch = 0; batch < 6; batch++)
        {
            for (var i = 0; i < 2_500; i++)
            {
                Consider(ledger, shop, $"/{batch}/{new string('x', 7_000)}", 500, null);
            }

            Consider(ledger, shop, $"/last-{batch}", 500, null);
            await TestWait.UntilAsync(() => ledger.Find(null, null, null, null) is [var newest, ..] && newest.Path == $"/last-{batch}");
            largest = Math.Max(largest, new FileInfo(Path.Combine(folder, "ledger.db")).Length);
        }

        // 15,000 entries of 500 letters and their indexes would be three times as much.
        Assert.InRange(largest, 1, 3 * Bound);
        Assert.InRange(new FileInfo(Path.Combine(folder, "ledger.db-wal")).Length, 0, 64L * 1024 * 1024);
        Assert.All(ledger.Find(null, null, null, null), entry => Assert.InRange(entry.Path.Length, 1, 500));
        await ledger.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Flood_ThatIsRefused_LeavesTheErrorsInTheLedger()
    {
        await using var shop = await Shop.StartAsync();
        var (ledger, _) = Open(shop, sampleOneIn: 1_000_000);
        Consider(ledger, shop, "/error", 500, null);
        for (var i = 0; i < 3_000; i++)
        {
            Consider(ledger, shop, "/refused", 429, Refusals.Limited);
        }

        await ledger.StartAsync(TestContext.Current.CancellationToken);
        await TestWait.UntilAsync(() => ledger.Find(null, null, null, null).Count > 0);
        await ledger.StopAsync(TestContext.Current.CancellationToken);

        var kept = ledger.Find(null, null, null, null);
        Assert.Contains(kept, entry => entry.Kind == "error");
        Assert.InRange(kept.Count(entry => entry.Kind == Refusals.Limited), 1, 10);
    }

    private static (Ledger Ledger, string Folder) Open(Shop shop, int sampleOneIn = 1)
    {
        var folder = Directory.CreateTempSubdirectory("hub-ledger-").FullName;
        var options = new GatewayOptions { Folder = folder, SampleOneIn = sampleOneIn, LedgerBytes = Bound };
        return (new Ledger(options, TimeProvider.System, shop.Gateway.Services.GetRequiredService<GatewayMetrics>(), NullLogger<Ledger>.Instance), folder);
    }

    // All of one moment: so that "ten of a second" is ten.
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static void Consider(Ledger ledger, Shop shop, string path, int status, string? kind)
    {
        var model = shop.Gateway.Model;
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Path = path;
        context.Response.StatusCode = status;
        ledger.Consider(context, new Exchange(model, model.Routes["home"].New, Now, TimeProvider.System.GetTimestamp()) { Kind = kind });
    }
}
