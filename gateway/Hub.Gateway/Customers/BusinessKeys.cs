using System.Collections.Concurrent;
using Hub.Control.Protocol;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Customers;

/// <summary>
/// Business keys (an order's number in a call-back): control learns one when the journey that makes it passes, and tells
/// whose it is (SAFETY.md 1).
/// </summary>
internal sealed class BusinessKeys(ControlCalls control, TimeProvider time)
{
    /// <summary>How long a number may be: what is longer is none of a shop's, and would fill memory, ledger and control's address.</summary>
    private const int MostLength = 200;

    /// <summary>How many numbers wait for control at most; one that is lost goes to the owner of what its route writes.</summary>
    private const int MostUntold = 10_000;

    private readonly BoundedMemory<string, CustomerKey> _keys = new(50_000);
    private readonly ConcurrentQueue<LearnBusinessKey> _untold = new();

    /// <summary>The customer of the request's business key; none where nobody knows it.</summary>
    public async ValueTask<CustomerKey> FindAsync(HttpContext context, Exchange exchange, BusinessKeyConfig config)
    {
        if (await ValueOfAsync(context.Request, config, time) is not { Length: > 0 } value)
        {
            return CustomerKey.None;
        }

        if (value.Length > MostLength)
        {
            exchange.UnknownBusinessKey = true;
            return CustomerKey.None;
        }

        exchange.BusinessKey = $"{config.Kind} {value}";
        if (_keys.TryGet(exchange.BusinessKey, out var known))
        {
            return known;
        }

        var view = await control.AskAsync((api, cancellationToken) =>
            api.GetBusinessKeyAsync(config.Kind!, value, cancellationToken));
        if (view is null || !CustomerKey.TryParse(view.Key, out var key))
        {
            exchange.UnknownBusinessKey = true;
            return CustomerKey.None;
        }

        _keys.Set(exchange.BusinessKey, key);
        return key;
    }

    /// <summary>Reads the new number out of the answer's Location and tells control, before the client can act on it.</summary>
    /// <returns>Whether the answer tells one.</returns>
    public async Task<bool> LearnAsync(HttpContext context, Exchange exchange, LearnConfig config)
    {
        if (Number(context.Response.Headers.Location, config.Location!) is not { Length: <= MostLength } value)
        {
            return false;
        }

        if (exchange.Key.IsNone)
        {
            return true;
        }

        exchange.BusinessKey = $"{config.Kind} {value}";
        _keys.Set(exchange.BusinessKey, exchange.Key);
        var learnt = new LearnBusinessKey(config.Kind!, value, exchange.Key.ToString());
        if (!await TellAsync(learnt) && _untold.Count < MostUntold)
        {
            _untold.Enqueue(learnt);
        }

        return true;
    }

    /// <summary>Tells control what it did not hear while it was out of reach.</summary>
    public async Task CatchUpAsync()
    {
        while (_untold.TryPeek(out var learnt) && await TellAsync(learnt))
        {
            _untold.TryDequeue(out _);
        }
    }

    private Task<bool> TellAsync(LearnBusinessKey learnt) =>
        control.TellAsync((api, cancellationToken) => api.LearnBusinessKeyAsync(learnt, cancellationToken));

    /// <summary>The part of a Location that stands for <c>{}</c> in the pattern; absolute ones count by path and query.</summary>
    internal static string? Number(string? location, string pattern)
    {
        if (location is null)
        {
            return null;
        }

        var target = Uri.TryCreate(location, UriKind.Absolute, out var uri) && uri.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? uri.PathAndQuery
            : location;
        var gap = pattern.IndexOf("{}", StringComparison.Ordinal);
        var (before, after) = gap < 0 ? (pattern, "") : (pattern[..gap], pattern[(gap + 2)..]);
        if (gap < 0 || !target.StartsWith(before, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = target[before.Length..];
        var end = after.Length > 0 ? rest.IndexOf(after, StringComparison.OrdinalIgnoreCase) : rest.IndexOfAny(['/', '?', '&', '#']);
        var value = end < 0 ? (after.Length > 0 ? "" : rest) : rest[..end];
        return value.Length > 0 ? Uri.UnescapeDataString(value) : null;
    }

    internal static async ValueTask<string?> ValueOfAsync(HttpRequest request, BusinessKeyConfig config, TimeProvider time) => config switch
    {
        { Path: { } name } => request.RouteValues.TryGetValue(name, out var value) ? value?.ToString() : null,
        { Query: { } name } => request.Query.TryGetValue(name, out var value) ? value.ToString() : null,
        { Body: { } place } => await BusinessKeyBody.FindAsync(request, place, time),
        _ => null,
    };
}
