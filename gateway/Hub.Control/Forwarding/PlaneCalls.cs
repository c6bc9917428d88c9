using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Control.Planes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Yarp.ReverseProxy.Forwarder;

namespace Hub.Control.Forwarding;

/// <summary>Calls to the planes' own parts of the API, each under the token that the plane drew at its start.</summary>
internal sealed class PlaneCalls(IHttpForwarder forwarder, PlaneRegistry planes, ParityReports parities) : IDisposable
{
    private static readonly ForwarderRequestConfig Patience = new() { ActivityTimeout = TimeSpan.FromSeconds(10) };

    private static readonly TimeSpan OfGateways = TimeSpan.FromSeconds(5);

    // The forwarder takes no HttpClient: it would follow, buffer and time out by itself.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    });

    /// <summary>
    /// Passes the caller's request on to a live plane of the role: where its route names a dataset, to the one that runs it. 503
    /// where none stands, 502 where it does not answer.
    /// </summary>
    public async Task ForwardAsync(HttpContext http, string role)
    {
        var live = planes.Live(role);
        if (live.IsEmpty)
        {
            await None(role).ToProblem().ExecuteAsync(http);
            return;
        }

        var plane = (http.GetRouteValue("dataset") is string dataset ? parities.RunnerOf(dataset, live) : null) ?? live[0];

        var error = await forwarder.SendAsync(http, plane.Api.ToString(), _http, Patience, new AsControl(plane.ApiToken));
        if (error != ForwarderError.None && !http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            http.Response.Clear();
            await NoAnswer(plane, error.ToString()).ToProblem().ExecuteAsync(http);
        }
    }

    /// <summary>Asks one plane.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or not with what was asked for.</exception>
    public Task<T> GetAsync<T>(PlaneEntry plane, string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken) =>
        AskAsync(
            plane, HttpMethod.Get, path, null, patience, time,
            async (content, token) => (await content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, token))!, cancellationToken);

    /// <summary>Asks all live planes of a role at once; those that do not answer are left out.</summary>
    /// <returns>Null where none answers.</returns>
    public async Task<IReadOnlyList<(PlaneEntry Plane, T Answer)>?> AskAllAsync<T>(HttpContext http, string role, string path, TimeProvider time)
    {
        var answers = await Task.WhenAll(planes.Live(role).Select(async plane =>
        {
            try
            {
                return ((PlaneEntry Plane, T Answer)?)(plane, await GetAsync<T>(plane, path, OfGateways, time, http.RequestAborted));
            }
            catch (HttpRequestException)
            {
                // One that was killed; who else stands answers.
                return null;
            }
        }));
        return answers.OfType<(PlaneEntry Plane, T Answer)>().ToList() is { Count: > 0 } told ? told : null;
    }

    /// <summary>Asks all live gateway planes at once. Who does not answer is named in the answer's <c>Hub-Incomplete</c>.</summary>
    /// <param name="without">What is not known without them, for the refusal: <c>its ledger can't be read</c>.</param>
    /// <returns>What those say that answer; refused with 503 where no gateway stands, with 502 where none answers.</returns>
    public async Task<Outcome<ImmutableArray<T>>> AskGatewaysAsync<T>(HttpContext http, string path, string without, TimeProvider time)
    {
        var gateways = planes.Live("gateway");
        if (gateways.IsEmpty)
        {
            return None("gateway");
        }

        var answers = await Task.WhenAll(gateways.Select(async plane =>
        {
            try
            {
                return await GetAsync<T>(plane, path, OfGateways, time, http.RequestAborted);
            }
            catch (HttpRequestException)
            {
                // Named below; no gateway answers with nothing.
                return default;
            }
        }));
        var silent = gateways.Where((_, i) => IsNothing(answers[i])).ToList();
        if (silent.Count == gateways.Length)
        {
            return NoAnswer(silent[0], without);
        }

        if (silent.Count > 0)
        {
            http.Response.Headers["Hub-Incomplete"] = string.Join(", ", silent.Select(plane => plane.Name));
        }

        return answers.Where(answer => !IsNothing(answer)).Select(answer => answer!).ToImmutableArray();

        static bool IsNothing(T? answer) => EqualityComparer<T?>.Default.Equals(answer, default);
    }

    /// <summary>Tells one plane.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or refuses.</exception>
    public Task PostAsync<T>(PlaneEntry plane, string path, T body, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken) =>
        AskAsync(
            plane, HttpMethod.Post, path, JsonContent.Create(body, options: JsonSerializerOptions.Web), patience, time,
            (_, _) => Task.FromResult(true), cancellationToken);

    public static Refusal None(string role) => new(
        StatusCodes.Status503ServiceUnavailable, $"No {role} plane stands",
        $"This is answered by a plane of the role {role} and none is connected. To do: hub run --roles {role} (or add the role to a hub that runs).");

    public static Refusal NoAnswer(PlaneEntry plane, string why) => new(
        StatusCodes.Status502BadGateway, $"The plane {plane.Name} does not answer", $"{plane.Api}: {why}. Look at hub status and at its log.");

    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(
        PlaneEntry plane, HttpMethod method, string path, HttpContent? body, TimeSpan patience, TimeProvider time,
        Func<HttpContent, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, new Uri(plane.Api, path)) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", plane.ApiToken);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            response.EnsureSuccessStatusCode();
            return await read(response.Content, either.Token);
        }
        catch (Exception e) when (e is JsonException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(e is JsonException ? "its answer is not what was asked for" : $"no answer within {patience.TotalSeconds:0.#} s", e);
        }
    }

    private sealed class AsControl(string token) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = null;
            proxyRequest.Headers.Remove("Cookie");
            proxyRequest.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }
}
