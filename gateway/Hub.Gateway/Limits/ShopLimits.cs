using System.Buffers;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hub.Gateway.Documents;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Limits;

/// <summary>
/// The limits of a document. What a changed document leaves as it was goes on counting; of seats that it changes, those
/// in hand are counted by the old ones until they end.
/// </summary>
internal sealed class ShopLimits
{
    private static readonly SearchValues<string> CrawlerWords =
        SearchValues.Create(["bot", "crawl", "spider", "slurp"], StringComparison.OrdinalIgnoreCase);

    private static readonly long JourneySeconds = (long)TimeSpan.FromHours(2).TotalSeconds;

    private readonly FrozenDictionary<string, RouteLimits> _routes;
    private readonly RateLimit? _client;
    private readonly RateLimit? _key;
    private readonly string? _keyHeader;

    private ShopLimits(HubConfig hub, PlacementTable table, IEnumerable<string> routes, ShopLimits? last, TimeProvider time)
    {
        var limits = hub.Limits ?? new LimitsConfig();
        (_client, _key, _keyHeader) = (Rate(limits.Client, last?._client, time), Rate(limits.Key, last?._key, time), limits.KeyHeader);
        Gateway = SeatsOf(limits.Gateway, last?.Gateway, time);
        Legacy = SeatsOf(limits.Legacy, last?.Legacy, time);
        New = SeatsOf(limits.New, last?.New, time);
        _routes = routes.ToFrozenDictionary(
            id => id,
            id => Route(hub.Routes.GetValueOrDefault(id), table.Routes.GetValueOrDefault(id), last?._routes.GetValueOrDefault(id) ?? default, time),
            StringComparer.Ordinal);
    }

    public Seats? Gateway { get; }

    public Seats? Legacy { get; }

    public Seats? New { get; }

    /// <returns>Null where the document limits nothing.</returns>
    public static ShopLimits? Of(GatewayDocument document, PlacementTable table, ShopLimits? last, TimeProvider time)
    {
        var hub = document.Hub;
        return hub.Limits is null && hub.Routes.Values.All(rules => rules.Limit is null)
            ? null
            : new ShopLimits(hub, table, document.Routes.Select(route => route.RouteId), last, time);
    }

    public Seats? Of(Side side) => side == Side.New ? New : Legacy;

    /// <summary>Counts the request in every rate that concerns it; the first that refuses ends it.</summary>
    /// <returns>0: it may pass; else after how many seconds it may come again, and by whose rate it was refused.</returns>
    public int Count(HttpContext context, Exchange exchange, out LimitedBy by)
    {
        var now = exchange.StartedAt;
        var route = _routes.GetValueOrDefault(exchange.RouteId).Limit;
        var address = _client is null && route is null ? null : ClientAddress.Of(context.Connection.RemoteIpAddress);
        by = LimitedBy.Client;
        if (_client is not null && address is { } client && _client.Take(client, now) is > 0 and var soon)
        {
            return soon;
        }

        by = LimitedBy.Key;
        if (_key is not null && KeyOf(context.Request.Headers, exchange) is { } key && _key.Take(key, now) is > 0 and var later)
        {
            return later;
        }

        by = LimitedBy.Route;
        if (route is null)
        {
            return 0;
        }

        var whose = route.Value.By switch
        {
            LimitedBy.Route => UInt128.Zero,
            LimitedBy.Key => KeyOf(context.Request.Headers, exchange) ?? address,
            _ => address,
        };
        return whose is null ? 0 : route.Value.Rate.Take(whose.Value, now);
    }

    /// <summary>Whose turn it is when the shop is full. Who lies about being no crawler is a visitor, no more.</summary>
    public Priority PriorityOf(HttpContext context, Exchange exchange)
    {
        var priority = _routes.GetValueOrDefault(exchange.RouteId).Priority ?? Priority.Browse;
        if (exchange.Cookie is not { } cookie)
        {
            return priority == Priority.Browse && IsCrawler(context.Request.Headers.UserAgent) ? Priority.Crawler : priority;
        }

        foreach (var pin in cookie.Pins)
        {
            if (exchange.Now.ToUnixTimeSeconds() - pin.Pin.StartedAt < JourneySeconds)
            {
                return Priority.Checkout;
            }
        }

        return cookie.Account != 0 && priority > Priority.Account ? Priority.Account : priority;
    }

    private static bool IsCrawler(StringValues agents) =>
        agents is [{ } agent] && agent.AsSpan().ContainsAny(CrawlerWords);

    // A key of the client's own making is its own to change: an address has its limit beside it.
    private UInt128? KeyOf(IHeaderDictionary headers, Exchange exchange)
    {
        if (_keyHeader is not null && headers[_keyHeader] is [{ Length: > 0 } own])
        {
            return Digest(own);
        }

        return headers.Authorization is [{ Length: > 0 } token] ? Digest(token) : exchange.Cookie?.Key.Value;
    }

    private static UInt128 Digest(string text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), digest);
        return MemoryMarshal.Read<UInt128>(digest);
    }

    private static RateLimit? Rate(RateConfig? config, RateLimit? last, TimeProvider time)
    {
        if (config is null)
        {
            return null;
        }

        var (requests, per, burst) = RateLimit.Of(config);
        return last?.Asked == (requests, per, burst) ? last : new RateLimit(requests, per, burst, RateLimit.MostClients, time);
    }

    private static Seats? SeatsOf(SeatsConfig? config, Seats? last, TimeProvider time) =>
        config is null ? null
        : last?.Asked == Seats.Of(config) ? last
        : new Seats(config.Most, config.Kept, config.Queue, config.Wait, time);

    private static RouteLimits Route(RouteRulesConfig? rules, RoutePlacement? placement, RouteLimits last, TimeProvider time)
    {
        var priority = rules?.Priority
            ?? (placement is { Journey: not null } or { HeldDataset: not null } ? Priority.Checkout : Priority.Browse);
        if (rules?.Limit is not { } limit)
        {
            return new RouteLimits(null, priority);
        }

        var asked = (limit.Requests, limit.Per, limit.Burst ?? limit.Requests);
        var rate = last.Limit is { } before && before.Rate.Asked == asked && before.By == limit.By
            ? before.Rate
            : new RateLimit(asked.Requests, asked.Per, asked.Item3, RateLimit.MostClientsOfRoute, time);
        return new RouteLimits((rate, limit.By), priority);
    }

    private readonly record struct RouteLimits((RateLimit Rate, LimitedBy By)? Limit, Priority? Priority);
}
