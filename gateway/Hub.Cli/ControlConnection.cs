using System.Net.Http.Headers;
using System.Text.Json;
using Hub.Control.Protocol;
using Refit;

namespace Hub.Cli;

/// <summary>The control API at an address, under a token.</summary>
internal sealed class ControlConnection : IDisposable
{
    // A shift with --wait may wait for the lease of a plane that went silent (5 s).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;

    /// <param name="unreachable">What to say where it does not answer.</param>
    public ControlConnection(Uri address, string token, string unreachable, TimeSpan? answerWithin = null)
    {
        Address = address;
        var reach = new Reach(unreachable, answerWithin ?? Patience)
        {
            InnerHandler = new SocketsHttpHandler { UseProxy = !address.IsLoopback },
        };
        _client = new HttpClient(reach) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Api = RestService.For<IControlApi>(
            _client,
            new RefitSettings(new SystemTextJsonContentSerializer(new JsonSerializerOptions(JsonSerializerDefaults.Web)))
            {
                // Main tells them; wrapped they would not be known there.
                TransportExceptionFactory = (_, exception, _) => exception,
            });
    }

    public Uri Address { get; }

    public IControlApi Api { get; }

    public void Dispose() => _client.Dispose();

    /// <summary>Middleware: a failure to reach control becomes words that say where it was looked for.</summary>
    private sealed class Reach(string unreachable, TimeSpan patience) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            either.CancelAfter(patience);
            try
            {
                return await base.SendAsync(request, either.Token);
            }
            catch (HttpRequestException e)
            {
                throw new ControlUnreachableException($"{unreachable} ({e.Message})", e);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ControlUnreachableException($"{unreachable} (no answer within {patience.TotalSeconds:0} s)", e);
            }
        }
    }
}
