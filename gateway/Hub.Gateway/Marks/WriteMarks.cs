using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Gateway.Customers;
using Hub.Gateway.Journeys;
using Hub.Placement;

namespace Hub.Gateway.Marks;

/// <summary>
/// Marks of what customers wrote (SAFETY.md 8): in the cookie, at most <see cref="HubCookie.MostMarks"/>; for clients
/// without cookies among their pins in control's store. One that is passed, or too old, is dropped when it is met.
/// </summary>
internal sealed class WriteMarks(AppliedTimes applied, PinStore pins, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>How long a plane tells of marks that nobody passed.</summary>
    private static readonly TimeSpan Telling = TimeSpan.FromMinutes(10);

    // One entry a dataset and side of the document.
    private readonly ConcurrentDictionary<(string Dataset, Side Side), (DateTimeOffset At, long Count)> _ended = new();

    /// <summary>What is told of marks that ended before the other side had what was written.</summary>
    public ImmutableArray<string> Problems => [.. _ended.Where(ended => time.GetUtcNow() - ended.Value.At < Telling).Select(ended =>
        $"{ended.Key.Dataset}: {ended.Value.Count} times a customer's reads were let go from {Words.Of(ended.Key.Side)} ten minutes after a write, and nobody says that the other side has it. "
        + $"To do: hub dataset show {ended.Key.Dataset}")];

    /// <summary>The newest mark that holds of what the route reads. Asked for routes that read such a dataset only.</summary>
    public ValueTask<WriteMark> FindAsync(Exchange exchange)
    {
        if (exchange.Cookieless)
        {
            return FindKeptAsync(exchange);
        }

        return ValueTask.FromResult(exchange.Cookie is { Marks.IsEmpty: false } cookie
            ? Newest(exchange, name => cookie.Mark(name.Hash), name => cookie.DropMark(name.Hash))
            : WriteMark.None);
    }

    /// <summary>The same for an explanation: nothing is dropped or counted, and nobody is asked.</summary>
    public WriteMark Peek(Exchange exchange, CustomerFacts facts) => exchange.Cookieless
        ? Newest(exchange, name => Kept(facts.Pins, name), over: null)
        : exchange.Cookie is { Marks.IsEmpty: false } cookie ? Newest(exchange, name => cookie.Mark(name.Hash), over: null) : WriteMark.None;

    /// <summary>
    /// The request wrote, whatever its answer is: the answer's time counts, since what it wrote is committed before.
    /// </summary>
    public async ValueTask NoteAsync(Exchange exchange)
    {
        if (exchange.Cookie is null)
        {
            return;
        }

        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!exchange.Cookieless)
        {
            foreach (var (name, side) in Written(exchange))
            {
                exchange.Cookie.SetMark(name.Hash, new WriteMark(side, at));
            }

            return;
        }

        // Pins know whole seconds: the next one, so that the mark is not passed too early.
        var second = (at / 1000) + 1;
        var revision = exchange.Model.Table.Revision;
        await pins.KeepAsync(exchange, kept => kept.SetItems(
            Written(exchange).Select(written => KeyValuePair.Create(written.Name.Kept, new Pin(written.Side, revision, second)))));
    }

    // What goes through is legacy's in the end, whatever else is said of it.
    private static IEnumerable<(MarkName Name, Side Side)> Written(Exchange exchange) =>
        exchange.Route!.Writes.Select(name => (name, exchange.Placement.Side)).Concat(exchange.Route.Through.Select(name => (name, Side.Legacy)));

    private async ValueTask<WriteMark> FindKeptAsync(Exchange exchange)
    {
        var kept = await pins.AllAsync(exchange);
        var over = kept;
        var newest = Newest(exchange, name => Kept(kept, name), name => over = over.Remove(name.Kept));
        if (over != kept)
        {
            await pins.KeepAsync(exchange, now => now.RemoveRange(kept.Keys.Except(over.Keys)));
        }

        return newest;
    }

    private WriteMark Newest(Exchange exchange, Func<MarkName, WriteMark> find, Action<MarkName>? over)
    {
        var newest = WriteMark.None;
        foreach (var name in exchange.Route!.Reads)
        {
            var mark = find(name);
            var standing = mark.Exists
                ? mark.Standing(exchange.Milliseconds, applied.Of(name.Dataset, mark.Side), exchange.Model.Document.Hub.ClockSkew)
                : MarkStanding.Passed;
            if (standing == MarkStanding.Holds)
            {
                newest = WriteMark.Newer(newest, mark);
            }
            else if (mark.Exists && over is not null)
            {
                over(name);
                Tell(standing, name.Dataset, mark.Side);
            }
        }

        return newest;
    }

    private void Tell(MarkStanding standing, string dataset, Side side)
    {
        if (standing == MarkStanding.Ended)
        {
            metrics.MarkEnded(dataset, side);
            _ended.AddOrUpdate((dataset, side), (time.GetUtcNow(), 1), (_, told) => (time.GetUtcNow(), told.Count + 1));
        }
    }

    private static WriteMark Kept(ImmutableDictionary<string, Pin> pins, MarkName name) =>
        pins.TryGetValue(name.Kept, out var pin) ? new WriteMark(pin.Side, pin.StartedAt * 1000) : WriteMark.None;
}
