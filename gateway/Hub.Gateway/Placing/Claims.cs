using Hub.Control.Protocol;
using Hub.Gateway.Customers;
using Hub.Gateway.Journeys;
using Hub.Placement;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Placing;

/// <summary>
/// Claims of datasets held per customer (SAFETY.md 7): found, made before a first write is forwarded, raised at an
/// evacuation, ended. Control decides; out of reach, known claims go on and a new one falls to legacy.
/// </summary>
internal sealed class Claims(
    ControlCalls control, CustomerMemory memory, OfflineClaims offline, CarryHook hook, TimeProvider time, GatewayMetrics metrics)
{
    private readonly BoundedMemory<(CustomerKey, string), long> _touched = new(50_000);

    /// <summary>The customer's claim of a dataset.</summary>
    public async ValueTask<Claim> FindAsync(HttpContext context, Exchange exchange, string dataset)
    {
        if (!offline.IsEmpty && offline.Find(exchange.Key, dataset) is { } kept)
        {
            return kept.Won.Exists ? await CatchUpAsync(context, exchange, kept) : kept.Claim;
        }

        var (facts, fresh) = await memory.FindAsync(exchange);
        var held = facts.Claims.GetValueOrDefault(dataset);
        var hash = PinName.HashOf(dataset);
        if (!fresh && exchange.Cookie?.Claim(hash) is { Exists: true } carried && carried.Number > held.Number)
        {
            return carried;
        }

        if (fresh && exchange.Cookie?.Claim(UntoldHash(dataset)) is { Exists: true } untold)
        {
            return await TellUntoldAsync(context, exchange, dataset, untold);
        }

        exchange.Cookie?.SetClaim(hash, held, exchange.Milliseconds);
        return held;
    }

    /// <summary>All claims of the customer that are known without asking: <c>carts=legacy</c>. Empty where there is none.</summary>
    public string Known(Exchange exchange)
    {
        if (exchange.Model.Datasets.Count == 0 || exchange.Key.IsNone)
        {
            return "";
        }

        var facts = memory.Remembered(exchange.Key);
        List<string>? words = null;
        foreach (var (hash, dataset) in exchange.Model.Datasets)
        {
            var claim = facts?.Claims.GetValueOrDefault(dataset) ?? Claim.None;
            if (exchange.Cookie?.Claim(hash) is { Exists: true } carried && carried.Number > claim.Number)
            {
                claim = carried;
            }

            if (claim.Exists)
            {
                (words ??= []).Add($"{dataset}={Words.Of(claim.Side)}");
            }
        }

        return words is null ? "" : string.Join(", ", words);
    }

    /// <summary>
    /// Claims, or raises the claim of number <paramref name="expected"/>; the answer is the claim that stands, whoever made
    /// it.
    /// </summary>
    public async Task<Claim> MakeAsync(Exchange exchange, string dataset, Side side, long expected)
    {
        var keep = exchange.Model.Document.Hub.Datasets[dataset].Keep;
        var revision = exchange.Model.Table.Revision;
        var view = await control.AskAsync((api, cancellationToken) => api.MakeClaimAsync(
            new MakeClaim(dataset, exchange.Key.ToString(), Words.Of(side), revision, expected, Keep: keep), cancellationToken));
        Claim claim;
        if (view is null)
        {
            var standing = offline.Keep(new OfflineClaim(
                exchange.Key, dataset, new Claim(Side.Legacy, expected + 1, revision), (long)keep.TotalSeconds, Claim.None));
            claim = standing.Claim;
            exchange.Cookie?.SetClaim(UntoldHash(dataset), claim, exchange.Milliseconds);
        }
        else
        {
            claim = CustomerFacts.ClaimOf(view);
        }

        metrics.ClaimMade(claim.Side, offline: view is null);
        Remember(exchange, dataset, claim);
        return claim;
    }

    /// <summary>
    /// A claim lives for <c>Keep</c> after the last write, so control must hear of writes: not of each (ten times in that
    /// time, and once a day), and the shopper doesn't wait for it.
    /// </summary>
    public void Touch(Exchange exchange, string dataset, Claim claim)
    {
        var key = (exchange.Key, dataset);
        var keep = exchange.Model.Document.Hub.Datasets[dataset].Keep;
        var pause = Math.Clamp((long)keep.TotalMilliseconds / 10, 1, 24 * 60 * 60 * 1000);
        if (_touched.TryGet(key, out var at) && exchange.Milliseconds - at < pause)
        {
            return;
        }

        _touched.Set(key, exchange.Milliseconds);
        _ = TellAsync();

        async Task TellAsync()
        {
            var heard = await control.AskAsync((api, cancellationToken) => api.MakeClaimAsync(
                new MakeClaim(dataset, key.Key.ToString(), Words.Of(claim.Side), claim.Revision, claim.Number, Keep: keep), cancellationToken));
            if (heard is null)
            {
                // The next write tells it.
                _touched.Remove(key);
            }
        }
    }

    /// <summary>Carries the customer's part from New to legacy and raises the claim, once for all planes.</summary>
    public async Task<Claim> EvacuateAsync(HttpContext context, Exchange exchange, string dataset, Claim claim)
    {
        await hook.CarryAsync(
            context, exchange, dataset, CarryEnd.Of(Side.New, exchange.Key, exchange.Account),
            CarryEnd.Of(Side.Legacy, exchange.Key, exchange.Account), claim.Number, "evacuation");
        return await MakeAsync(exchange, dataset, Side.Legacy, claim.Number);
    }

    /// <summary>The journey that held the claim has ended.</summary>
    public async Task EndAsync(Exchange exchange, string dataset)
    {
        var claim = memory.Remembered(exchange.Key)?.Claims.GetValueOrDefault(dataset) ?? Claim.None;
        if (exchange.Cookie?.Claim(PinName.HashOf(dataset)) is { Exists: true } carried && carried.Number > claim.Number)
        {
            claim = carried;
        }

        if (claim.Exists && await control.TellAsync((api, cancellationToken) =>
            api.EndClaimAsync(new EndClaim(dataset, exchange.Key.ToString(), claim.Number), cancellationToken)))
        {
            Remember(exchange, dataset, Claim.None);
        }
    }

    private async Task<Claim> CatchUpAsync(HttpContext context, Exchange exchange, OfflineClaim kept)
    {
        await CarryToWinnerAsync(context, exchange, kept.Dataset, kept.Won);
        offline.Remove(kept);
        return kept.Won;
    }

    // The plane that made the claim while control was away may not have told it, or not come back: its cookie does.
    private async Task<Claim> TellUntoldAsync(HttpContext context, Exchange exchange, string dataset, Claim untold)
    {
        var view = await control.AskAsync((api, cancellationToken) => api.MakeClaimAsync(
            new MakeClaim(
                dataset, exchange.Key.ToString(), Words.Of(untold.Side), untold.Revision, untold.Number - 1, Offline: true,
                exchange.Model.Document.Hub.Datasets[dataset].Keep),
            cancellationToken));
        if (view is null)
        {
            return untold;
        }

        var stands = CustomerFacts.ClaimOf(view);
        if (stands.Side == untold.Side)
        {
            exchange.Cookie!.SetClaim(UntoldHash(dataset), Claim.None, exchange.Milliseconds);
            Remember(exchange, dataset, stands);
        }
        else
        {
            await CarryToWinnerAsync(context, exchange, dataset, stands);
        }

        return stands;
    }

    // While control was away the customer's part began anew at legacy, and New holds the one that counts.
    private async Task CarryToWinnerAsync(HttpContext context, Exchange exchange, string dataset, Claim won)
    {
        await hook.CarryAsync(
            context, exchange, dataset, CarryEnd.Of(Side.Legacy, exchange.Key, exchange.Account),
            CarryEnd.Of(won.Side, exchange.Key, exchange.Account), won.Number, "offline claim");
        exchange.Cookie?.SetClaim(UntoldHash(dataset), Claim.None, exchange.Milliseconds);
        Remember(exchange, dataset, won);
    }

    /// <summary>Where the cookie keeps a claim that control does not know yet.</summary>
    private static uint UntoldHash(string dataset) => PinName.HashOf($"untold:{dataset}");

    private void Remember(Exchange exchange, string dataset, Claim claim)
    {
        // After the claim, not when the request came: what another plane heard in between is out of date.
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        exchange.Cookie?.SetClaim(PinName.HashOf(dataset), claim, at);
        memory.Keep(exchange.Key, facts => facts with
        {
            Claims = claim.Exists ? facts.Claims.SetItem(dataset, claim) : facts.Claims.Remove(dataset),
            At = at,
        });
    }
}
