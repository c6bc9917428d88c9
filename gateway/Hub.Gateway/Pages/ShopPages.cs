using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Gateway.Explaining;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace Hub.Gateway.Pages;

/// <summary>
/// The pages that the gateway answers with itself, in the shop's look and the client's language: HTML for browsers,
/// problem details (RFC 9457) for programs. Never kept by a cache, and always with the time to come again.
/// </summary>
internal sealed class ShopPages
{
    /// <summary>When to come again to a shop that does not answer.</summary>
    private const int Seconds = 5;

    private static readonly JsonSerializerOptions ProblemJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly FrozenDictionary<string, PageWords> _words;
    private readonly PagesConfig _config;

    public ShopPages(PagesConfig config)
    {
        _config = config;
        var fallback = PageWords.ByLanguage.GetValueOrDefault(config.Language) ?? PageWords.English;
        // A language of which only some pages are own has the fallback's words for the others.
        _words = PageWords.ByLanguage.Keys.Concat(config.Own.Keys).Distinct(StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(language => language, language => PageWords.ByLanguage.GetValueOrDefault(language) ?? fallback, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Before a document says more.</summary>
    public static ShopPages Default { get; } = new(new PagesConfig());

    /// <summary>The client is a browser that shows what it gets.</summary>
    public static bool IsPage(HttpRequest request)
    {
        foreach (var accept in request.Headers.Accept)
        {
            if (accept is not null && accept.Contains("text/html", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where YARP got no answer from the side: what a shopper sees then. Anything else is left as it is.</summary>
    public Task AnswerForSideAsync(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>() is not null
            && context.Response.StatusCode is >= StatusCodes.Status502BadGateway and <= StatusCodes.Status504GatewayTimeout
            && !context.RequestAborted.IsCancellationRequested
                ? WriteAsync(context, ShopPage.Unavailable, context.Response.StatusCode, Seconds)
                : Task.CompletedTask;

    /// <param name="seconds">When to come again.</param>
    /// <param name="why">The reason in words for operators, whose programs get it; browsers don't.</param>
    public async Task WriteAsync(HttpContext context, ShopPage page, int status, int seconds, string? why = null)
    {
        var (request, response) = (context.Request, context.Response);
        var language = PageLanguage.Of(request.Headers.AcceptLanguage, _words.Keys, _config.Language);
        var html = IsPage(request);
        response.StatusCode = status;
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        headers.ContentLength = null;
        if (IsGrpc(request) || HttpMethods.IsHead(request.Method))
        {
            return;
        }

        headers.ContentLanguage = language;
        headers.Vary = "Accept, Accept-Language";
        headers[HeaderNames.ContentType] = html ? "text/html; charset=utf-8" : "application/problem+json";
        // Headers first: the request's id is written when they are.
        await response.StartAsync(context.RequestAborted);
        var id = headers[RequestIds.Header].ToString();
        await response.WriteAsync(
            html ? Html(page, request, language, seconds, id) : Problem(page, request, status, language, seconds, id, why),
            context.RequestAborted);
    }

    private static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    private static (string Title, string Text) Say(PageWords words, ShopPage page, string method) => (page, Exchange.IsUnsafe(method)) switch
    {
        (ShopPage.TooMany, _) => words.TooMany,
        (ShopPage.Waiting, false) => words.Waiting,
        (ShopPage.Waiting, true) => words.NotTaken,
        (_, false) => words.Unavailable,
        _ => words.Unknown,
    };

    private string Html(ShopPage page, HttpRequest request, string language, int seconds, string id)
    {
        var own = _config.Own.GetValueOrDefault(language);
        var unsafely = Exchange.IsUnsafe(request.Method);
        var text = page switch
        {
            ShopPage.TooMany => own?.TooMany,
            // A page that asks again by itself would be wrong for a form: what was sent is lost with it.
            ShopPage.Waiting when !unsafely => own?.Waiting,
            _ when unsafely => null,
            _ => own?.Unavailable,
        };
        var words = _words[language];
        var (title, says) = Say(words, page, request.Method);
        return (text ?? PageTemplate.Of(_config, words, title, says, language, again: !unsafely, refresh: page != ShopPage.TooMany && !unsafely))
            .Replace("{seconds}", seconds.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{id}", HtmlEncoder.Default.Encode(id), StringComparison.Ordinal);
    }

    private string Problem(ShopPage page, HttpRequest request, int status, string language, int seconds, string id, string? why)
    {
        var (title, says) = Say(_words[language], page, request.Method);
        // Pages that ask again by themselves say so, which a program does not do.
        var detail = page == ShopPage.TooMany || Exchange.IsUnsafe(request.Method) ? says : null;
        return JsonSerializer.Serialize(
            new
            {
                type = "about:blank",
                title,
                status,
                detail = why ?? detail?.Replace("{seconds}", seconds.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
                retryAfter = seconds,
                requestId = id.Length > 0 ? id : null,
            },
            ProblemJson);
    }
}
