using System.Buffers;
using Hub.Gateway.Boundary.Probing;
using Hub.Gateway.Caches;
using Hub.Gateway.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Hub.Gateway.Boundary;

/// <summary>Puts <see cref="EntryMiddleware"/> before routing, which looks at the host: that of the client, not of a proxy.</summary>
internal sealed class EntryFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        ProbeArrival.Use(app);
        app.UseMiddleware<EntryMiddleware>();
        next(app);
    };
}

/// <summary>
/// What may come in at all, before anything looks at it: targets that servers read in two ways, headers that only a proxy
/// may say, headers that end at this connection, and what is too large.
/// </summary>
internal sealed class EntryMiddleware(RequestDelegate next, GatewayState state, GatewayMetrics metrics)
{
    // A token of RFC 9110; the pseudo-headers of HTTP/2 begin with ':'.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public Task InvokeAsync(HttpContext context)
    {
        var rules = state.Model?.Boundary ?? BoundaryRules.Default;
        if (RawTarget.Fault(context.Features.Get<IHttpRequestFeature>()!.RawTarget) is { } fault)
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "target", $"The request's target is refused. {fault}");
        }

        var headers = context.Request.Headers;
        if (headers.Connection.Count > 0 && !ConnectionHeader.Take(context))
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "connection", "The header Connection names a header that the message can't do without.");
        }

        if (!HttpProtocol.IsHttp11(context.Request.Protocol) && VersionFault(context.Request) is { } words)
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "version", words);
        }

        if (headers.TransferEncoding.Count > 0 && !IsPlainlyChunked(context.Request))
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "length", "How long the request's body is can be read in two ways.");
        }

        var size = Take(context, headers, rules);
        if (size < 0)
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "name", "A header's name has a character in it that no name may have.");
        }

        if (size > rules.MaxHeaders)
        {
            return RefuseAsync(context, StatusCodes.Status431RequestHeaderFieldsTooLarge, "headers",
                $"The request's headers are {size} bytes; {rules.MaxHeaders} are taken. Cookies are most of it, mostly.");
        }

        if (!rules.Serves(context.Request.Host.Host) && context.Features.Get<PrivateListener>() is null)
        {
            return RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "host", "This is not the address of a shop that is served here.");
        }

        // Calls that stream may be silent for long, and Kestrel cuts a body that comes slower than 240 bytes a second.
        if (headers.ContentType is [{ } type] && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
            && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (rules.MaxBody is { } most && !Limit(context, most))
        {
            return RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, "body",
                $"The request's body is {context.Request.ContentLength} bytes; {most} are taken.");
        }

        return next(context);
    }

    // Headers of a connection are malformed where there are none (RFC 9113, 8.2.2), and a body of 1.0 has no chunks.
    private static string? VersionFault(HttpRequest request)
    {
        var headers = request.Headers;
        if (HttpProtocol.IsHttp10(request.Protocol))
        {
            return headers.TransferEncoding.Count > 0 ? "HTTP/1.0 has no Transfer-Encoding." : null;
        }

        return headers.TransferEncoding.Count > 0 || headers.Upgrade.Count > 0 || headers.KeepAlive.Count > 0 || headers.ContainsKey("Proxy-Connection")
            ? "Headers that say how a connection is used have no place in this version of HTTP."
            : request.Host.HasValue ? null : "The request says for which host it is neither by :authority nor by Host.";
    }

    // Kestrel gives a Content-Length beside it another name, which a side would get.
    private static bool IsPlainlyChunked(HttpRequest request) =>
        request.Headers.TransferEncoding is [{ } encoding] && encoding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
        && !request.Headers.ContainsKey("X-Content-Length");

    // One pass over the headers: their size (negative: a name that is none), and away with what is not a client's to say.
    private static int Take(HttpContext context, IHeaderDictionary headers, BoundaryRules rules)
    {
        var (size, theirs, forwarded) = (0, (List<string>?)null, false);
        foreach (var header in headers)
        {
            var name = header.Key;
            if (name.AsSpan(name.StartsWith(':') ? 1 : 0).ContainsAnyExcept(NameCharacters))
            {
                return -1;
            }

            for (var i = 0; i < header.Value.Count; i++)
            {
                size += name.Length + header.Value[i]!.Length + 4;
            }

            if (IsOurs(name))
            {
                (theirs ??= []).Add(name);
                if (CachedRequest.Read(name, header.Value) is { } asked)
                {
                    context.Features.Set(asked);
                }
            }
            else if (ForwardedHeaders.Is(name))
            {
                (theirs ??= []).Add(name);
                forwarded = true;
            }
        }

        if (theirs is not null)
        {
            if (forwarded && rules.Trusts(context.Connection.RemoteIpAddress))
            {
                ForwardedHeaders.Believe(context, rules);
            }

            theirs.ForEach(name => headers.Remove(name));
        }

        return size;
    }

    // Many a server reads Hub_Customer as the same name.
    private static bool IsOurs(string name) =>
        name.Length > 3 && name[3] is '-' or '_' && name.StartsWith("Hub", StringComparison.OrdinalIgnoreCase);

    // A body of unknown length is cut when it gets longer; the forwarder then answers 413.
    private static bool Limit(HttpContext context, long most)
    {
        if (context.Request.ContentLength > most)
        {
            return false;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = most;
        }

        return true;
    }

    private Task RefuseAsync(HttpContext context, int status, string why, string words)
    {
        metrics.Malformed(why);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            // What follows on the connection may have been meant as part of this request.
            context.Response.Headers.Connection = "close";
        }

        return context.Response.WriteAsync(words + "\n");
    }
}
