using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Xml;
using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Hub.Gateway.Explaining;
using Hub.Gateway.Mirroring.Comparing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Hub.Gateway.Mirroring.Crawling;

/// <summary>
/// The search-engine gate (SAFETY.md 19): goes through a sitemap, asks both sides for each page of a group as a machine
/// without cookies, at a stated rate, and compares what search engines see. The sides are reached as the gateway reaches
/// them: by their clusters, under the page's own host.
/// </summary>
/// <remarks>One at a time on a plane; it ends with the plane.</remarks>
internal sealed class Crawl(
    GatewayState state, Prediction prediction, IForwarderHttpClientFactory clients, GatewayOptions options, MirrorRoom room,
    CrawlViews views, IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    public const string Agent = "Mozilla/5.0 (compatible; HubCrawl/1.0)";

    private const int MostMismatches = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, CrawlView> _views = views.ByGroup;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromMinutes(2) };
    private int _running;

    /// <summary>Begins one; null where one runs already.</summary>
    public CrawlView? Start(string group, CrawlGroup request)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            return null;
        }

        var view = _views[group] = new CrawlView(
            group, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), options.Name, request.Sitemap, time.GetUtcNow(), null, 0, 0, 0, "", "", null, []);
        _ = RunAsync(view, request, lifetime.ApplicationStopping);
        return view;
    }

    public CrawlView? Of(string group) => _views.GetValueOrDefault(group);

    public void Dispose() => _http.Dispose();

    private async Task RunAsync(CrawlView view, CrawlGroup request, CancellationToken cancellationToken)
    {
        try
        {
            view = await GoAsync(view, request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or XmlException or InvalidDataException or IOException or OperationCanceledException)
        {
            view = _views[view.Group] with { Problem = cancellationToken.IsCancellationRequested ? "the plane stopped" : $"the sitemap can't be read: {e.Message}" };
        }
        catch (Exception e)
        {
            view = _views[view.Group] with { Problem = e.Message };
        }
        finally
        {
            _views[view.Group] = view with { EndedAt = time.GetUtcNow() };
            Volatile.Write(ref _running, 0);
        }
    }

    private async Task<CrawlView> GoAsync(CrawlView view, CrawlGroup request, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(1 / request.PerSecond);
        using var sides = new Sides(clients);
        await foreach (var page in new Sitemap(_http).ReadAsync(request.Sitemap, cancellationToken))
        {
            if (view.Pages >= request.Most)
            {
                return view with { Problem = $"ended at {request.Most} pages, as asked; the sitemap has more" };
            }

            // Another host is another shop, for which no side was declared.
            var match = page.Authority == request.Sitemap.Authority ? await MatchAsync(page) : null;
            if (match is not var (context, route) || state.Model?.Routes.GetValueOrDefault(route.Config.RouteId) is not { } grouped || grouped.Group != view.Group)
            {
                _views[view.Group] = view = view with { Outside = view.Outside + 1 };
                continue;
            }

            var started = time.GetTimestamp();
            var asking = (sides.AskAsync(context, route, room, Patience, time, cancellationToken), sides.AskAsync(context, grouped.New, room, Patience, time, cancellationToken));
            var (legacy, next) = (await asking.Item1, await asking.Item2);
            var mismatches = SearchView.Compare(legacy, next, page.Authority);
            var header = state.Model.Document.Hub.Groups[view.Group].Mirror.BuildHeader;
            _views[view.Group] = view = view with
            {
                Pages = view.Pages + 1,
                Agreed = view.Agreed + (mismatches.Count == 0 ? 1 : 0),
                LegacyBuild = header is null ? "" : legacy.Header(header) ?? view.LegacyBuild,
                NewBuild = header is null ? "" : next.Header(header) ?? view.NewBuild,
                Mismatches = view.Mismatches.Length >= MostMismatches ? view.Mismatches
                    : [.. view.Mismatches.Concat(mismatches.Select(mismatch => $"{page.PathAndQuery} {mismatch.Field}: expected {mismatch.Expected ?? "nothing"}, actual {mismatch.Actual ?? "nothing"}")).Take(MostMismatches)],
            };
            var left = pause - time.GetElapsedTime(started);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, cancellationToken);
            }
        }

        return view;
    }

    private async Task<(Microsoft.AspNetCore.Http.HttpContext Context, RouteModel Route)?> MatchAsync(Uri page)
    {
        var headers = ImmutableSortedDictionary<string, string>.Empty
            .Add("Host", page.Authority).Add("User-Agent", Agent).Add("Accept", "text/html,*/*").Add("X-Forwarded-Proto", page.Scheme);
        var match = await prediction.MatchAsync(new ExplainRequest(null, "GET", page.PathAndQuery, headers), page.PathAndQuery);
        if (match is var (context, _))
        {
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = page.PathAndQuery;
            context.Request.Scheme = page.Scheme;
        }

        return match;
    }

    /// <summary>Connections to both sides, for one crawl.</summary>
    private sealed class Sides(IForwarderHttpClientFactory clients) : IDisposable
    {
        private readonly Dictionary<string, HttpMessageInvoker> _http = [];

        public async Task<Answer> AskAsync(
            Microsoft.AspNetCore.Http.HttpContext context, RouteModel route, MirrorRoom room, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
        {
            if (await CopyRequest.OfAsync(context, route, null) is not { } request)
            {
                return Answer.None("the cluster has no destination");
            }

            var cluster = route.Cluster!;
            if (!_http.TryGetValue(cluster.ClusterId, out var http))
            {
                _http.Add(cluster.ClusterId, http = clients.CreateClient(new ForwarderHttpClientContext
                {
                    ClusterId = cluster.ClusterId,
                    OldConfig = HttpClientConfig.Empty,
                    NewConfig = cluster.Model.Config.HttpClient ?? HttpClientConfig.Empty,
                    NewMetadata = cluster.Model.Config.Metadata,
                }));
            }

            return await request.AskAsync(http, null, room, patience, time, cancellationToken);
        }

        public void Dispose()
        {
            foreach (var http in _http.Values)
            {
                http.Dispose();
            }
        }
    }
}
