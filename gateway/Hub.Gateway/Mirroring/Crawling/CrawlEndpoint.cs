using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Gateway.Mirroring.Crawling;

/// <summary><c>POST /api/groups/{group}/crawl</c>: begins a crawl on this plane; its state comes with the plane's reports.</summary>
internal static class CrawlEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/api/groups/{group}/crawl", Handle);

    private static Results<Accepted<CrawlView>, ProblemHttpResult> Handle(string group, CrawlGroup request, Crawl crawl, GatewayState state)
    {
        if (state.Model?.Document.Hub.Groups.ContainsKey(group) != true)
        {
            return TypedResults.Problem(
                title: $"There is no group '{group}'", detail: "The plane's document has none of that name (hub group list).", statusCode: StatusCodes.Status404NotFound);
        }

        if (!request.Sitemap.IsAbsoluteUri || request.Sitemap.Scheme is not ("http" or "https") || request.PerSecond is not (>= 0.1 and <= 100) || request.Most is < 1 or > 50_000)
        {
            return TypedResults.Problem(
                title: "This can't be crawled", detail: "The sitemap is an absolute address by http or https; 0.1 to 100 pages a second, 1 to 50,000 pages.",
                statusCode: StatusCodes.Status400BadRequest);
        }

        return crawl.Start(group, request) is { } view
            ? TypedResults.Accepted((string?)null, view)
            : TypedResults.Problem(
                title: "A crawl runs already", detail: "A plane crawls for one group at a time. Wait for its end (hub group readiness), then begin this one.",
                statusCode: StatusCodes.Status409Conflict);
    }
}
