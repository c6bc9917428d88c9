using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Hub.Control.Protocol;
using Hub.Gateway.Placing;
using Hub.Placement;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Customers;

/// <summary>
/// Account ↔ key, as control keeps it (SAFETY.md 1): at the first log-in the account takes the visitor's key, if that has
/// no account yet, and keeps it on every device. A visitor's claims go with it (7).
/// </summary>
internal sealed class AccountKeys(ControlCalls control, CustomerMemory memory, OfflineClaims offline, CarryHook hook)
{
    // A binding never changes, so what was heard once is true for ever.
    private readonly BoundedMemory<string, CustomerKey> _keys = new(50_000);
    private readonly BoundedMemory<Session, CustomerKey> _tokens = new(50_000);

    /// <summary>The mark of an account in the cookie, never 0.</summary>
    public static ulong MarkOf(string account) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(account.AsSpan())) | 1;

    public CustomerKey? Remembered(string account) => _keys.TryGet(account, out var key) ? key : null;

    /// <summary>The key of a bearer token's account, where it was bound here: for while legacy can't say whose the token is.</summary>
    public CustomerKey? Remembered(Session token) => _tokens.TryGet(token, out var key) ? key : null;

    /// <summary>The account's key; the visitor's serves while control is out of reach.</summary>
    public async ValueTask<CustomerKey> BindAsync(HttpContext context, Exchange exchange, string account, CustomerKey visitor)
    {
        // What was claimed under the token's own key, while legacy could not say whose it is, is to be joined first.
        if (exchange.Cookieless && Remembered(account) is { } known && (known == visitor || !HoldsAny(visitor)))
        {
            _tokens.Set(exchange.Session, known);
            return known;
        }

        var binding = await control.AskAsync((api, cancellationToken) =>
            api.BindAccountAsync(new BindAccount(account, visitor.ToString()), cancellationToken));
        if (binding is null || !CustomerKey.TryParse(binding.Key, out var key))
        {
            return Remembered(account) ?? visitor;
        }

        _keys.Set(account, key);
        if (exchange.Cookieless)
        {
            _tokens.Set(exchange.Session, key);
        }

        exchange.Cookie?.Bind(MarkOf(account), key, exchange.Milliseconds);
        // Not as fresh as an answer about the customer: a binding says nothing of pins.
        memory.Keep(key, facts => facts with { Claims = Claims(binding.AccountClaims) });
        if (key != visitor)
        {
            await JoinAsync(context, exchange, binding, key, visitor);
        }

        return key;
    }

    // Two parts of one dataset: the account's stands, the visitor's is carried to it; without a hook the one touched last
    // stands, and the other is kept and counted (SAFETY.md 7). Legacy joins its own at its log-in.
    private async Task JoinAsync(HttpContext context, Exchange exchange, AccountBinding binding, CustomerKey key, CustomerKey visitor)
    {
        var untold = offline.Of(visitor);
        var claims = binding.VisitorClaims.Select(view => (view.Dataset, Claim: CustomerFacts.ClaimOf(view)))
            .Concat(untold.Select(kept => (kept.Dataset, kept.Claim)));
        foreach (var (dataset, left) in claims.ToList())
        {
            // Control keeps claims of datasets that the file had once; nothing here touches those.
            if (!exchange.Model.Document.Hub.Datasets.TryGetValue(dataset, out var config))
            {
                continue;
            }

            var stands = memory.Remembered(key)?.Claims.GetValueOrDefault(dataset) ?? Claim.None;
            var overtaken = config.Carry is null && IsOvertaken(binding, dataset);
            if (!stands.Exists || overtaken)
            {
                stands = await TakeOverAsync(dataset, left, key, stands, config.Keep);
            }

            if (overtaken || stands.Side == Side.New || left.Side == Side.New)
            {
                await hook.CarryAsync(
                    context, exchange, dataset, CarryEnd.Of(left.Side, visitor, null),
                    CarryEnd.Of(stands.Side, key, binding.Account), left.Number, "log-in");
            }

            await control.TellAsync((api, cancellationToken) =>
                api.EndClaimAsync(new EndClaim(dataset, visitor.ToString(), left.Number), cancellationToken));
        }

        untold.ForEach(offline.Remove);
        memory.Keep(visitor, facts => facts with { Claims = facts.Claims.Clear() });
    }

    private static bool IsOvertaken(AccountBinding binding, string dataset)
    {
        return Touched(binding.VisitorClaims) > Touched(binding.AccountClaims);

        DateTimeOffset? Touched(ImmutableArray<ClaimView> claims) =>
            claims.FirstOrDefault(claim => claim.Dataset.Equals(dataset, StringComparison.OrdinalIgnoreCase))?.TouchedAt;
    }

    private async Task<Claim> TakeOverAsync(string dataset, Claim left, CustomerKey key, Claim standing, TimeSpan keep)
    {
        var made = await control.AskAsync((api, cancellationToken) => api.MakeClaimAsync(
            new MakeClaim(dataset, key.ToString(), Words.Of(left.Side), left.Revision, standing.Number, Keep: keep), cancellationToken));
        var claim = made is not null ? CustomerFacts.ClaimOf(made) : standing.Exists ? standing : left;
        memory.Keep(key, facts => facts with { Claims = facts.Claims.SetItem(dataset, claim) });
        return claim;
    }

    private bool HoldsAny(CustomerKey key) => memory.Remembered(key) is { Claims.IsEmpty: false } || offline.Of(key).Count > 0;

    private static ImmutableDictionary<string, Claim> Claims(ImmutableArray<ClaimView> views) =>
        views.ToImmutableDictionary(view => view.Dataset, CustomerFacts.ClaimOf, StringComparer.OrdinalIgnoreCase);
}
