using System.Net.Mime;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Hub.Gateway.Boundary;
using Hub.Gateway.Documents;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy;

namespace Hub.Gateway.Customers;

/// <summary>A legacy token for a form: the hidden field's name and value.</summary>
internal sealed record FormToken(string Field, string Value);

/// <summary>
/// <c>GET /.well-known/hub-form-token/{name}</c> on the public listener: legacy's antiforgery token for a form on one of New's
/// pages that posts to legacy. The declared page is asked with the customer's own cookies, and what it sets goes to the customer.
/// </summary>
/// <remarks>
/// It shows nothing that the page itself does not show to the same browser, and, like that page, no other site's script can
/// read it. One call is one page view at legacy.
/// </remarks>
internal sealed class FormTokens(GatewayState state, IProxyStateLookup proxy, TimeProvider time)
{
    private const int MostBytes = 2 * 1024 * 1024;

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        "/.well-known/hub-form-token/{name}",
        (string name, HttpContext context, FormTokens tokens) => tokens.HandleAsync(name, context));

    private async Task<Results<Ok<FormToken>, ProblemHttpResult>> HandleAsync(string name, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (state.Model?.Document.Hub.Customer.FormTokens.GetValueOrDefault(name) is not { } config)
        {
            return Problem(StatusCodes.Status404NotFound, "There is no such form", "Hub.Customer.FormTokens declares none of that name.");
        }

        using var budget = new CancellationTokenSource(config.Budget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, context.RequestAborted);
        try
        {
            return await AskAsync(context, config, either.Token) is { } token
                ? TypedResults.Ok(token)
                : Problem(
                    StatusCodes.Status502BadGateway, "Legacy's page has no token",
                    $"{config.Page} was asked for the field {config.Field}{(config.Cookie is null ? "" : $" and the cookie {config.Cookie}")}. Is the customer sent elsewhere from there?");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Problem(StatusCodes.Status504GatewayTimeout, "Legacy did not answer in time", $"{config.Page} took longer than {config.Budget}.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Problem(StatusCodes.Status502BadGateway, "Legacy can't be asked", $"{config.Page}: no answer that could be read.");
        }
    }

    private async Task<FormToken?> AskAsync(HttpContext context, FormTokenConfig config, CancellationToken cancellationToken)
    {
        if (!proxy.TryGetCluster(config.Cluster!, out var cluster)
            || cluster.DestinationsState.AvailableDestinations is not [var destination, ..])
        {
            return null;
        }

        using var request = Request(context, new Uri(new Uri(destination.Model.Config.Address), config.Page));
        using var response = await cluster.Model.HttpClient.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType is not MediaTypeNames.Text.Html)
        {
            return null;
        }

        await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken);
        var page = await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync(cancellationToken), cancellationToken);
        var value = page.QuerySelectorAll("input[name]").OfType<IHtmlInputElement>().FirstOrDefault(input => input.Name == config.Field)?.GetAttribute("value")
            ?? page.QuerySelectorAll("meta[name]").OfType<IHtmlMetaElement>().FirstOrDefault(meta => meta.Name == config.Field)?.Content;
        StringValues cookies = response.Headers.TryGetValues(HeaderNames.SetCookie, out var set) ? set.ToArray() : [];
        if (value is null || (config.Cookie is { } cookie && !Has(context, cookies, cookie)))
        {
            return null;
        }

        context.Response.Headers.SetCookie = StringValues.Concat(context.Response.Headers.SetCookie, cookies);
        return new FormToken(config.Field!, value);
    }

    private static bool Has(HttpContext context, StringValues setCookies, string name) =>
        setCookies.Any(cookie => cookie!.StartsWith($"{name}=", StringComparison.Ordinal))
        || !CookieHeader.Find(CookieHeader.Joined(context.Request.Headers.Cookie), name).IsEmpty;

    private static HttpRequestMessage Request(HttpContext context, Uri page)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, page);
        var headers = context.Request.Headers;
        if (CookieHeader.Joined(headers.Cookie) is { } cookies && CookieHeader.Without(cookies, HubCookie.Name) is { } theirs)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.Cookie, theirs);
        }

        if (headers.UserAgent.Count > 0)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.UserAgent, (string?)headers.UserAgent);
        }

        request.Headers.Host = context.Request.Host.HasValue ? context.Request.Host.Value : null;
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        request.Headers.TryAddWithoutValidation(HeaderNames.Accept, MediaTypeNames.Text.Html);
        request.Headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, "identity");
        return request;
    }

    private static ProblemHttpResult Problem(int status, string title, string detail) =>
        TypedResults.Problem(title: title, detail: detail, statusCode: status);
}
