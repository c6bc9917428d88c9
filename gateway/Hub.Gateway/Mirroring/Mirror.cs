using System.Collections.Concurrent;
using Hub.Placement;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Hub.Gateway.Mirroring;

/// <summary>
/// Copies requests to the other side, off their path (SAFETY.md 16): while one is answered nothing is done but to keep
/// what the client gets, up to a bound; all else happens when the answer is out, on connections of its own.
/// </summary>
internal sealed class Mirror(MirrorJudge judge, MirrorRoom room, IForwarderHttpClientFactory clients, GatewayMetrics metrics, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, MirrorLane> _lanes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();

    /// <summary>Null where the request is not to be mirrored. The caller has looked whether its group is.</summary>
    public MirrorCopy? Pick(HttpContext context, Exchange exchange, RouteMirror route)
    {
        var request = context.Request;
        if (Crawlers.IsCrawler(request.Headers.UserAgent))
        {
            return null;
        }

        route.See();
        var answering = exchange.Placement.Side;
        if (!route.Allows(request.Method, answering) || IsOfAKind(request))
        {
            return null;
        }

        if (!route.Sampler.Picks())
        {
            return null;
        }

        var lane = Lane(exchange, route, answering);
        if (!lane.IsOpen)
        {
            metrics.CopyDropped(route.Group, "side rests or queue full");
            return null;
        }

        if (!room.TryEnter())
        {
            metrics.CopyDropped(route.Group, "no room");
            return null;
        }

        return new MirrorCopy(room, route, answering, lane, exchange.Rules!.Group.MirroredSince);
    }

    /// <summary>Lets the request go its way and keeps what it is answered with.</summary>
    /// <param name="introduce">Tells New who the customer is, by headers.</param>
    public static async Task FollowAsync(
        MirrorCopy copy, HttpContext context, Exchange exchange, Action<IHeaderDictionary, Exchange> introduce, Func<HttpContext, Exchange, Task> forward)
    {
        var taken = false;
        try
        {
            await PrepareAsync(copy, context, exchange, introduce);
            var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            context.Features.Set<IHttpResponseBodyFeature>(new TeeBody(context, body, copy.Body));
            try
            {
                await forward(context, exchange);
            }
            finally
            {
                context.Features.Set(body);
            }

            // An answer that the client did not wait for, that the gateway gave itself, or that was a fallback says nothing of the side.
            if (copy.Request is null || context.RequestAborted.IsCancellationRequested || context.GetForwarderErrorFeature() is not null
                || context.Features.Get<IReverseProxyFeature>()?.ProxiedDestination is null
                || copy.Sent is { Whole: false } || exchange.Placement.Side != copy.Answering)
            {
                return;
            }

            copy.Status = context.Response.StatusCode;
            copy.Headers = [.. context.Response.Headers
                .Where(header => !header.Key.StartsWith("Hub-", StringComparison.OrdinalIgnoreCase))
                .SelectMany(header => header.Value.Select(value => new KeyValuePair<string, string>(header.Key, value ?? "")))];
            taken = true;
            copy.Lane.Take(copy);
        }
        finally
        {
            if (!taken)
            {
                copy.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes.Values)
        {
            lane.Dispose();
        }
    }

    // Half an answer, "not modified" and what is no answer at all can't be compared.
    private static bool IsOfAKind(HttpRequest request)
    {
        var headers = request.Headers;
        return headers.ContainsKey(HeaderNames.Range) || headers.ContainsKey(HeaderNames.IfNoneMatch) || headers.ContainsKey(HeaderNames.IfModifiedSince)
            || headers.ContainsKey(HeaderNames.Upgrade) || headers.ContainsKey(HeaderNames.IfMatch)
            || (MirrorRules.IsSafe(request.Method) && request.ContentLength > 0);
    }

    private static async Task PrepareAsync(MirrorCopy copy, HttpContext context, Exchange exchange, Action<IHeaderDictionary, Exchange> introduce)
    {
        var (answering, other) = copy.Answering == Side.Legacy ? (exchange.Legacy, exchange.Route!.New) : (exchange.Route!.New, exchange.Legacy);
        HeaderDictionary? introduction = null;
        if (copy.Answering == Side.Legacy)
        {
            introduction = [];
            introduce(introduction, exchange);
        }

        copy.Request = await CopyRequest.OfAsync(context, other, introduction);
        if (copy.Route.RouteConfig.Mirror.Repeatable && MirrorRules.IsSafe(context.Request.Method))
        {
            copy.Again = (await CopyRequest.OfAsync(context, answering, null))?.OfNobody();
        }

        copy.Host = context.Request.Host.Value ?? "";
        copy.Line = $"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.Path}";
        copy.LoggedIn = exchange.Account is not null;
        copy.Personal = [.. new[] { exchange.Answer?.Name, exchange.Account is { Length: >= 6 } account ? account : null }.OfType<string>().Where(word => word.Length > 1)];
        if (!MirrorRules.IsSafe(context.Request.Method))
        {
            copy.Sent = new KeptBody(copy.Room);
            context.Request.Body = new ReadBody(context.Request.Body, copy.Sent);
        }
    }

    private MirrorLane Lane(Exchange exchange, RouteMirror route, Side answering) => answering == Side.Legacy
        ? route.ToNew ??= Lane(exchange.Route!.New.Cluster!, route)
        : route.ToLegacy ??= Lane(exchange.Legacy.Cluster!, route);

    // By cluster: a side has one lane, whatever groups go to it. Another document may say that it is reached otherwise.
    private MirrorLane Lane(ClusterState cluster, RouteMirror route)
    {
        lock (_lock)
        {
            var client = cluster.Model.Config.HttpClient;
            if (_lanes.TryGetValue(cluster.ClusterId, out var lane) && lane.Client == client && lane.Connections == route.Config.Connections && lane.Timeout == route.Config.Timeout)
            {
                return lane;
            }

            var http = clients.CreateClient(new ForwarderHttpClientContext
            {
                ClusterId = cluster.ClusterId,
                OldConfig = Yarp.ReverseProxy.Configuration.HttpClientConfig.Empty,
                NewConfig = (client ?? Yarp.ReverseProxy.Configuration.HttpClientConfig.Empty) with { MaxConnectionsPerServer = route.Config.Connections },
                NewMetadata = cluster.Model.Config.Metadata,
            });
            lane?.Dispose();
            return _lanes[cluster.ClusterId] = new MirrorLane(
                http, client, route.Config.Connections, route.Config.Timeout, room, judge.JudgeAsync, metrics, time);
        }
    }
}
