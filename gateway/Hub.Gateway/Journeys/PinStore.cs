using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Gateway.Customers;
using Hub.Placement;

namespace Hub.Gateway.Journeys;

/// <summary>
/// Pins of journeys and forms (SAFETY.md 3 and 5): in the cookie; for clients without cookies in control's store, and in
/// this plane's memory while that is out of reach.
/// </summary>
internal sealed class PinStore(ControlCalls control, CustomerMemory memory)
{
    /// <summary>The pins that place the request: of its journey, and of the form that it is the target of.</summary>
    public ValueTask<(Pin Journey, Pin Form)> FindAsync(Exchange exchange)
    {
        var route = exchange.Route!;
        if (!exchange.Cookieless)
        {
            var cookie = exchange.Cookie;
            return ValueTask.FromResult(cookie is null
                ? (Pin.None, Pin.None)
                : (route.Journey is { } journey ? cookie.Pin(journey.Hash) : Pin.None, cookie.Form(route.Form.Hash)));
        }

        return route.Journey is null && !exchange.Rules!.IsFormTarget ? default : AskAsync(exchange);
    }

    /// <summary>Pins to the side that the request was placed on.</summary>
    public Task BeginAsync(Exchange exchange, PinName name, bool form)
    {
        // This plane's own rollback voids pins below a number that control has not given yet: this one is younger.
        var revision = Math.Max(exchange.Model.Table.Revision, exchange.Rules!.Group.VoidBefore);
        var pin = new Pin(exchange.Placement.Side, revision, exchange.Now.ToUnixTimeSeconds());
        if (exchange.Cookieless)
        {
            return KeepAsync(exchange, pins => pins.SetItem(name.Text, pin));
        }

        if (form)
        {
            exchange.Cookie?.SetForm(name.Hash, pin);
        }
        else
        {
            exchange.Cookie?.SetPin(name.Hash, pin);
        }

        return Task.CompletedTask;
    }

    public Task EndAsync(Exchange exchange, PinName name)
    {
        if (exchange.Cookieless)
        {
            return memory.Remembered(exchange.Key)?.Pins.ContainsKey(name.Text) ?? false
                ? KeepAsync(exchange, pins => pins.Remove(name.Text))
                : Task.CompletedTask;
        }

        exchange.Cookie?.DropPin(name.Hash);
        exchange.Cookie?.DropForm(name.Hash);
        return Task.CompletedTask;
    }

    /// <summary>All that is kept for a client without cookies.</summary>
    public async ValueTask<ImmutableDictionary<string, Pin>> AllAsync(Exchange exchange) => (await memory.FindAsync(exchange)).Facts.Pins;

    private async ValueTask<(Pin, Pin)> AskAsync(Exchange exchange)
    {
        var (facts, _) = await memory.FindAsync(exchange);
        var route = exchange.Route!;
        return (
            route.Journey is { } journey ? facts.Pins.GetValueOrDefault(journey.Text) : Pin.None,
            facts.Pins.GetValueOrDefault(route.Form.Text));
    }

    /// <summary>Changes what is kept for a client without cookies, here and in control's store.</summary>
    public async Task KeepAsync(Exchange exchange, Func<ImmutableDictionary<string, Pin>, ImmutableDictionary<string, Pin>> change)
    {
        // No journey is longer than a day: what is older was left lying.
        var oldest = exchange.Now.ToUnixTimeSeconds() - (24 * 60 * 60);
        memory.Keep(exchange.Key, facts => facts with
        {
            Pins = change(facts.Pins).RemoveRange(facts.Pins.Where(pin => pin.Value.StartedAt < oldest).Select(pin => pin.Key)),
        });
        var pins = memory.Remembered(exchange.Key)!.Pins.Select(pin => new PinView(
            pin.Key, Words.Of(pin.Value.Side), pin.Value.Revision, DateTimeOffset.FromUnixTimeSeconds(pin.Value.StartedAt)));
        await control.TellAsync((api, cancellationToken) =>
            api.KeepPinsAsync(exchange.Key.ToString(), new CustomerPins([.. pins]), cancellationToken));
    }
}
