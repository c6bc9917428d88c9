using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Placement;

namespace Hub.Gateway.Customers;

/// <summary>What control's store holds of a customer, as this plane heard it.</summary>
/// <param name="At">When it was heard, in milliseconds since 1970.</param>
internal sealed record CustomerFacts(
    ImmutableDictionary<string, Claim> Claims, ImmutableDictionary<string, Pin> Pins, long At)
{
    public static CustomerFacts None { get; } = new(
        ImmutableDictionary.Create<string, Claim>(StringComparer.OrdinalIgnoreCase), ImmutableDictionary<string, Pin>.Empty, 0);

    public static CustomerFacts Of(CustomerView view, long at) => new(
        view.Claims.ToImmutableDictionary(claim => claim.Dataset, ClaimOf, StringComparer.OrdinalIgnoreCase),
        view.Pins.ToImmutableDictionary(
            pin => pin.Journey, pin => new Pin(Words.SideOf(pin.Side), pin.Revision, pin.StartedAt.ToUnixTimeSeconds())),
        at);

    public static Claim ClaimOf(ClaimView view) => new(Words.SideOf(view.Side), view.Number, view.Revision);
}

/// <summary>
/// The plane's memory of customers. Control is asked when a key is new here, when the customer's cookie knows of something
/// newer, and after a few seconds; out of reach, what is remembered serves.
/// </summary>
internal sealed class CustomerMemory(ControlCalls control, TimeProvider time)
{
    /// <summary>How long facts are good: another plane may have made a claim for another device.</summary>
    private const long GoodMilliseconds = 5_000;

    private readonly BoundedMemory<UInt128, CustomerFacts> _facts = new(100_000);

    public CustomerFacts? Remembered(CustomerKey key) => _facts.TryGet(key.Value, out var facts) ? facts : null;

    /// <summary>The facts, fresh where control can be asked.</summary>
    /// <returns>And whether control stands behind them.</returns>
    public ValueTask<(CustomerFacts Facts, bool Fresh)> FindAsync(Exchange exchange)
    {
        var known = Remembered(exchange.Key);
        var good = exchange.Cookieless ? GoodMilliseconds / 5 : GoodMilliseconds;
        return known is not null && exchange.Milliseconds - known.At < good && known.At >= (exchange.Cookie?.ClaimsAt ?? 0)
            ? ValueTask.FromResult((known, true))
            : AskAsync(exchange.Key, known);
    }

    public void Keep(CustomerKey key, Func<CustomerFacts, CustomerFacts> change) =>
        _facts.Set(key.Value, change(Remembered(key) ?? CustomerFacts.None));

    private async ValueTask<(CustomerFacts, bool)> AskAsync(CustomerKey key, CustomerFacts? known)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var view = await control.AskAsync((api, cancellationToken) => api.GetCustomerAsync(key.ToString(), cancellationToken));
        if (view is null)
        {
            return (known ?? CustomerFacts.None, false);
        }

        // A claim that was made while control answered is newer than the answer.
        if (Remembered(key) is { } meanwhile && meanwhile.At > at)
        {
            return (meanwhile, true);
        }

        var facts = CustomerFacts.Of(view, at);
        _facts.Set(key.Value, facts);
        return (facts, true);
    }
}
