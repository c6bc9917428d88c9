using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hub.Gateway.Limits;
using Hub.Placement;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway;

/// <summary>All that the gateway counts, under the meter <c>Hub.Gateway</c>; YARP's and Kestrel's own stay as they are.</summary>
internal sealed class GatewayMetrics
{
    private readonly Counter<long> _placed;
    private readonly Counter<long> _bridge;
    private readonly Counter<long> _claims;
    private readonly Counter<long> _carries;
    private readonly Counter<long> _malformed;
    private readonly Counter<long> _returned;
    private readonly Counter<long> _marksEnded;
    private readonly Counter<long> _fallbacks;
    private readonly Counter<long> _ledgerDropped;
    private readonly Counter<long> _controlFailed;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _copiesDropped;
    private readonly Counter<long> _compared;
    private readonly Counter<long> _diffsDropped;
    private readonly Counter<long> _guardTripped;
    private long _revision;
    private volatile ShopLimits? _limits;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Hub.Gateway");
        _placed = meter.CreateCounter<long>("hub.requests.placed", "{request}", "Requests by group, side and reason.");
        _bridge = meter.CreateCounter<long>("hub.bridge.questions", "{question}", "Questions to legacy about a session.");
        _claims = meter.CreateCounter<long>("hub.claims.made", "{claim}", "Claims of datasets held per customer.");
        _carries = meter.CreateCounter<long>("hub.carries", "{carry}", "Customers' data carried between sides.");
        _malformed = meter.CreateCounter<long>("hub.requests.malformed", "{request}", "Requests refused at the boundary.");
        _returned = meter.CreateCounter<long>("hub.forms.returned", "{request}", "Form posts sent back to their page.");
        _fallbacks = meter.CreateCounter<long>("hub.fallbacks", "{request}", "Reads that legacy answered since New did not.");
        _marksEnded = meter.CreateCounter<long>("hub.marks.ended", "{mark}", "Marks of writes that ended before the other side was known to have them.");
        _ledgerDropped = meter.CreateCounter<long>("hub.ledger.dropped", "{entry}", "Ledger entries dropped since the disk was slow.");
        _controlFailed = meter.CreateCounter<long>("hub.control.failures", "{call}", "Calls to control without an answer.");
        _duration = meter.CreateHistogram<double>(
            "hub.request.duration", "s", "Requests by side, group, route and class of status, and how long they took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _refused = meter.CreateCounter<long>("hub.requests.refused", "{request}", "Requests refused since there were too many, by what refused them.");
        meter.CreateObservableGauge("hub.seats.held", () => Seats(seats => seats.Held), "{request}", "Requests in hand, where seats are counted.");
        meter.CreateObservableGauge("hub.seats.waiting", () => Seats(seats => seats.Waiting), "{request}", "Requests that wait for a seat.");
        _copiesDropped = meter.CreateCounter<long>("hub.mirror.dropped", "{copy}", "Copies that were not sent, by group and reason.");
        _compared = meter.CreateCounter<long>("hub.mirror.compared", "{sample}", "Answers compared, by group, answering side and outcome.");
        _diffsDropped = meter.CreateCounter<long>("hub.diffs.dropped", "{diff}", "Diffs dropped since the disk was slow.");
        _guardTripped = meter.CreateCounter<long>("hub.guards.tripped", "{trip}", "Groups that a guard took back.");
        meter.CreateObservableGauge("hub.revision", () => Volatile.Read(ref _revision), null, "The revision in force.");
    }

    public void RevisionTaken(long number, ShopLimits? limits)
    {
        Volatile.Write(ref _revision, number);
        _limits = limits;
    }

    /// <summary>Nothing is computed where nobody listens.</summary>
    public void Answered(HttpContext context, Exchange exchange, TimeProvider time)
    {
        if (_duration.Enabled)
        {
            _duration.Record(time.GetElapsedTime(exchange.StartedAt).TotalSeconds, new TagList
            {
                { "hub.side", Words.Of(exchange.Placement.Side) }, { "hub.group", exchange.Route?.Group ?? "none" },
                { "hub.route", exchange.RouteId }, { "hub.status", Words.StatusClass(context.Response.StatusCode) },
            });
        }
    }

    public void Refused(string by) => _refused.Add(1, new KeyValuePair<string, object?>("hub.by", by));

    public void Placed(string group, Side side, PlacementReason reason)
    {
        if (_placed.Enabled)
        {
            _placed.Add(1, new TagList
            {
                { "hub.group", group }, { "hub.side", Words.Of(side) }, { "hub.reason", Words.Of(reason) },
            });
        }
    }

    public void BridgeAnswered() => _bridge.Add(1, new KeyValuePair<string, object?>("hub.outcome", "answered"));

    public void BridgeFailed() => _bridge.Add(1, new KeyValuePair<string, object?>("hub.outcome", "failed"));

    public void BridgeTimedOut() => _bridge.Add(1, new KeyValuePair<string, object?>("hub.outcome", "out of budget"));

    public void ClaimMade(Side side, bool offline) =>
        _claims.Add(1, new TagList { { "hub.side", Words.Of(side) }, { "hub.offline", offline } });

    public void Carried(string why, bool done) => _carries.Add(1, new TagList { { "hub.why", why }, { "hub.done", done } });

    public void ReturnedToForm(string group) => _returned.Add(1, new KeyValuePair<string, object?>("hub.group", group));

    public void FellBack(string group) => _fallbacks.Add(1, new KeyValuePair<string, object?>("hub.group", group));

    public void MarkEnded(string dataset, Side side) =>
        _marksEnded.Add(1, new TagList { { "hub.dataset", dataset }, { "hub.side", Words.Of(side) } });
    /// <param name="why">One of a few words: <c>target</c>, <c>headers</c>, <c>body</c> ….</param>
    public void Malformed(string why) => _malformed.Add(1, new KeyValuePair<string, object?>("hub.why", why));

    public void LedgerDropped() => _ledgerDropped.Add(1);

    public void CopyDropped(string group, string why) =>
        _copiesDropped.Add(1, new TagList { { "hub.group", group }, { "hub.why", why } });

    public void Compared(string group, Side answering, bool agreed, bool strict) => _compared.Add(1, new TagList
    {
        { "hub.group", group }, { "hub.side", Words.Of(answering) }, { "hub.outcome", agreed ? "agreed" : strict ? "strict mismatch" : "mismatch" },
    });

    public void DiffDropped() => _diffsDropped.Add(1);

    public void GuardTripped(string group, string guard) =>
        _guardTripped.Add(1, new TagList { { "hub.group", group }, { "hub.guard", guard } });

    public void ControlFailed() => _controlFailed.Add(1);

    private IEnumerable<Measurement<int>> Seats(Func<Seats, int> figure)
    {
        var limits = _limits;
        foreach (var (seats, of) in new[] { (limits?.Gateway, "gateway"), (limits?.Legacy, "legacy"), (limits?.New, "new") })
        {
            if (seats is not null)
            {
                yield return new Measurement<int>(figure(seats), new KeyValuePair<string, object?>("hub.of", of));
            }
        }
    }
}
