using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Hub.Gateway.Boundary;

/// <summary>
/// The last step before a request is sent, in the place of YARP's own: the target as the client wrote it, and who the
/// client is. Decided for each route when the config changes.
/// </summary>
/// <param name="byteExact">False where the route's own transforms change path or query: the target is then as YARP writes it.</param>
/// <param name="forwarded">False where the route's own transforms say what is told of the client.</param>
internal sealed class ForwardTransform(bool byteExact, bool forwarded) : RequestTransform
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static void Add(TransformBuilderContext context)
    {
        // Shops answer by the host they are asked under; a route that says otherwise is heard.
        if (!context.RequestTransforms.Any(transform => transform is RequestHeaderOriginalHostTransform))
        {
            context.AddOriginalHost(true);
        }

        var forwarded = context.UseDefaultForwarders ?? true;
        context.UseDefaultForwarders = false;
        context.RequestTransforms.Add(new ForwardTransform(context.RequestTransforms.All(LeavesTarget), forwarded));
        context.ResponseTransforms.Add(AnswerTransform.Instance);
    }

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var request = context.HttpContext.Request;
        if (byteExact && !request.PathBase.HasValue)
        {
            context.ProxyRequest.RequestUri = Address(
                context.DestinationPrefix, context.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget);
        }

        if (forwarded)
        {
            Introduce(context, request);
        }

        return ValueTask.CompletedTask;
    }

    internal static Uri Address(string prefix, string rawTarget)
    {
        var origin = RawTarget.Origin(rawTarget);
        var end = prefix.EndsWith('/') ? prefix.AsSpan(0, prefix.Length - 1) : prefix;
        return new Uri(string.Concat(end, origin.StartsWith('/') ? "" : "/", origin), in Verbatim);
    }

    // The client's own words were taken away on entry, or believed.
    private static void Introduce(RequestTransformContext context, HttpRequest request)
    {
        var headers = context.ProxyRequest.Headers;
        if (context.HttpContext.Connection.RemoteIpAddress is { } address)
        {
            var text = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
            headers.TryAddWithoutValidation(ForwardedHeaders.For, text);
            headers.TryAddWithoutValidation(ForwardedHeaders.RealIp, text);
        }

        headers.TryAddWithoutValidation(ForwardedHeaders.Proto, request.Scheme);
        if (request.Host.HasValue)
        {
            headers.TryAddWithoutValidation(ForwardedHeaders.Host, request.Host.Value);
        }

        if (request.PathBase.HasValue)
        {
            headers.TryAddWithoutValidation(ForwardedHeaders.Prefix, request.PathBase.ToUriComponent());
        }
    }

    // Of a transform that is not known here nobody knows what it does.
    private static bool LeavesTarget(RequestTransform transform) => transform
        is RequestHeaderOriginalHostTransform or RequestHeaderValueTransform or RequestHeaderRouteValueTransform or RequestHeaderRemoveTransform
        or RequestHeadersAllowedTransform or RequestHeaderXForwardedForTransform or RequestHeaderXForwardedHostTransform
        or RequestHeaderXForwardedProtoTransform or RequestHeaderXForwardedPrefixTransform or RequestHeaderForwardedTransform
        or RequestHeaderClientCertTransform or HttpMethodChangeTransform;
}

/// <summary>Headers that a side's <c>Connection</c> names end here.</summary>
internal sealed class AnswerTransform : ResponseTransform
{
    public static readonly AnswerTransform Instance = new();

    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse is { } response && response.Headers.NonValidated.TryGetValues("Connection", out var connection))
        {
            ConnectionHeader.TakeAnswer(new StringValues([.. connection]), context.HttpContext.Response.Headers);
        }

        return ValueTask.CompletedTask;
    }
}
