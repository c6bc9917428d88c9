using System.Net.Http.Headers;
using Hub.Gateway.Mirroring.Comparing;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Hub.Gateway.Mirroring;

/// <summary>A request as a side would get it, independent of the client's connection: it can be sent later, and again.</summary>
internal sealed record CopyRequest(
    HttpMethod Method, Uri Uri, Version Version, HttpVersionPolicy VersionPolicy, IReadOnlyList<KeyValuePair<string, string[]>> Headers)
{
    /// <summary>Says that the request is a copy, so that a side can leave out what it would do beside answering.</summary>
    public const string Mark = "Hub-Mirror";

    /// <summary>Makes it by the side's own transforms, as YARP does when it forwards.</summary>
    /// <param name="introduction">The customer as New is told; empty for legacy.</param>
    /// <returns>Null where the side has no destination.</returns>
    public static async ValueTask<CopyRequest?> OfAsync(HttpContext context, RouteModel route, IHeaderDictionary? introduction)
    {
        var cluster = route.Cluster!;
        var standing = cluster.DestinationsState.AvailableDestinations;
        var destinations = standing.Count > 0 ? standing : cluster.DestinationsState.AllDestinations;
        if (destinations.Count == 0)
        {
            return null;
        }

        var prefix = destinations[destinations.Count == 1 ? 0 : Random.Shared.Next(destinations.Count)].Model.Config.Address;
        var config = cluster.Model.Config.HttpRequest;
        using var message = new HttpRequestMessage { Method = HttpMethod.Parse(context.Request.Method) };
        if (context.Request.ContentType is not null)
        {
            // Without content there is no place for its headers.
            message.Content = new ByteArrayContent([]);
        }

        await route.Transformer.TransformRequestAsync(context, message, prefix, context.RequestAborted);
        var headers = new List<KeyValuePair<string, string[]>>();
        foreach (var header in message.Headers.NonValidated.Concat(message.Content?.Headers.NonValidated ?? default(HttpHeadersNonValidated)))
        {
            if (!header.Key.StartsWith("Hub-", StringComparison.OrdinalIgnoreCase) && !header.Key.Equals("Expect", StringComparison.OrdinalIgnoreCase)
                && !header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                headers.Add(new(header.Key, [.. header.Value]));
            }
        }

        headers.AddRange((introduction ?? Nobody).Select(header => new KeyValuePair<string, string[]>(header.Key, [header.Value.ToString()])));
        headers.Add(new(Mark, ["1"]));
        return new CopyRequest(
            message.Method,
            message.RequestUri ?? RequestUtilities.MakeDestinationAddress(prefix, context.Request.Path, context.Request.QueryString),
            config?.Version ?? System.Net.HttpVersion.Version20, config?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower, headers);
    }

    private static readonly HeaderDictionary Nobody = [];

    /// <summary>The same without what belongs to the customer: it may be asked again.</summary>
    public CopyRequest OfNobody() => this with
    {
        Headers = [.. Headers.Where(header => header.Key is var name
            && !name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) && !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
            && (name == Mark || !name.StartsWith("Hub-", StringComparison.OrdinalIgnoreCase)))],
    };

    /// <summary>Sends it and reads the answer, up to a bound. Never throws but when the plane stops.</summary>
    public async Task<Answer> AskAsync(
        HttpMessageInvoker http, byte[]? body, MirrorRoom room, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            using var message = ToMessage(body);
            using var response = await http.SendAsync(message, either.Token);
            using var kept = new KeptBody(room);
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            var buffer = new byte[16 * 1024];
            for (int read; kept.Whole && (read = await stream.ReadAsync(buffer, either.Token)) > 0;)
            {
                kept.Write(buffer.AsSpan(0, read));
            }

            var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .SelectMany(header => header.Value.Select(value => new KeyValuePair<string, string>(header.Key, value))).ToList();
            return new Answer((int)response.StatusCode, headers, kept.Whole ? kept.ToArray() : [], kept.Whole);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Answer.None($"not within {patience.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Answer.None(e.GetBaseException().Message);
        }
    }

    private HttpRequestMessage ToMessage(byte[]? body)
    {
        var message = new HttpRequestMessage(Method, Uri) { Version = Version, VersionPolicy = VersionPolicy };
        if (body is not null)
        {
            message.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return message;
    }
}
