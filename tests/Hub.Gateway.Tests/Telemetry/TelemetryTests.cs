using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Hub.Gateway.Tests.Hosting;

namespace Hub.Gateway.Tests.Telemetry;

public sealed partial class TelemetryTests
{
    private static readonly string[] Attributes = ["hub.side", "hub.group", "hub.route", "hub.reason", "hub.revision"];

    [Fact]
    public async Task Documentation_ListsEachInstrumentAndNoOther()
    {
        var instruments = new ConcurrentDictionary<string, bool>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == "Hub.Gateway")
                {
                    instruments[instrument.Name] = true;
                }
            },
        };
        listener.Start();
        await using var gateway = await TestGateway.StartAsync();

        var listed = Row().Matches(await File.ReadAllTextAsync(Documentation(), TestContext.Current.CancellationToken))
            .Select(row => row.Groups[1].Value)
            // Those are the migration plane's.
            .Where(name => !name.StartsWith("hub.dataset.", StringComparison.Ordinal));

        Assert.Equal(instruments.Keys.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Duration_OfRequests_IsCountedBySideGroupRouteAndClassOfStatus()
    {
        await using var shop = await Shop.StartAsync();
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                // Other tests' gateways run beside this one, under the same name.
                if (instrument.Meter.Scope is { } scope && scope == Scope(shop) && instrument.Name == "hub.request.duration")
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
            seen.Enqueue($"{string.Join(' ', tags.ToArray().Select(tag => tag.Value))} {value >= 0}"));
        listener.Start();
        using var shopper = shop.Gateway.Shopper();
        shop.Legacy.Answer = context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };

        await shopper.GetAsync("/anything/unlike?any=other");
        await shopper.GetAsync("/");

        await TestWait.UntilAsync(() => seen.Count == 2);
        Assert.Equal(["legacy none rest 4xx True", "new catalog home 2xx True"], seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TraceOfAClient_ReachesTheSide_ThroughOneServerSpanThatSaysWhereAndWhy(bool traced)
    {
        await using var shop = await Shop.StartAsync();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => traced ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        await shopper.GetAsync("/", ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));

        var received = Assert.Single(shop.New.Requests).Header("traceparent");
        Assert.StartsWith($"00-{trace}-", received, StringComparison.Ordinal);
        if (!traced)
        {
            return;
        }

        // The sides run in this process as well: theirs have another parent.
        Activity? own = null;
        await TestWait.UntilAsync(() => (own = spans.SingleOrDefault(span => $"{span.ParentSpanId}" == "00f067aa0ba902b7")) is not null);
        Assert.Equal(ActivityKind.Server, own!.Kind);
        Assert.Contains($"{own.SpanId}", received, StringComparison.Ordinal);
        Assert.Equal(
            ["new", "catalog", "home", "share", "0000000a.1"],
            Attributes.Select(own.GetTagItem));
    }

    private static object? Scope(Shop shop) => shop.Gateway.Services.GetService(typeof(IMeterFactory));

    private static string Documentation()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hub.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "docs", "telemetry.md");
    }

    [GeneratedRegex(@"^\| `(hub\.[\w.]+)` \| .*\|.*\|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
