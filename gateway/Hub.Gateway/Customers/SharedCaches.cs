using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Customers;

/// <summary>
/// Whether a cache that many customers share may keep a response. Such a one never carries a customer's cookie
/// (SAFETY.md 1 and 10); in doubt it may.
/// </summary>
internal static class SharedCaches
{
    public static bool MayKeep(HttpRequest request, HttpResponse response, DateTimeOffset now)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return false;
        }

        var headers = response.Headers;
        var control = headers.CacheControl;
        if (Has(control, "no-store") || Has(control, "private"))
        {
            return false;
        }

        if (Has(control, "public") || Has(control, "s-maxage") || Has(control, "max-age")
            || response.StatusCode is StatusCodes.Status301MovedPermanently or StatusCodes.Status308PermanentRedirect or StatusCodes.Status304NotModified)
        {
            return true;
        }

        // Shops that set a session on a page without a word on caching: it is the customer's own.
        if (headers.SetCookie.Count > 0)
        {
            return false;
        }

        if (headers.ETag.Count > 0 || headers.LastModified.Count > 0)
        {
            return true;
        }

        if (DateTimeOffset.TryParse(headers.Expires, CultureInfo.InvariantCulture, out var expires))
        {
            return expires > now;
        }

        // Without any word on freshness only documents and answers of an API are taken to be the customer's own.
        var type = response.ContentType;
        return !(type is null
            || type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase)
            || type.Contains("json", StringComparison.OrdinalIgnoreCase));
    }

    private static bool Has(StringValues control, string directive)
    {
        foreach (var value in control)
        {
            if (value is not null && value.Contains(directive, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
