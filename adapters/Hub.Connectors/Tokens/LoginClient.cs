using System.Globalization;
using System.Net;
using Polly.Timeout;

namespace Hub.Connectors.Tokens;

/// <summary>
/// Calls the vendor's token endpoint, or whatever it logs in by, with the connector's time-out and without a token. Its errors never tell
/// what was sent or answered: both hold secrets.
/// </summary>
public sealed class LoginClient(IHttpClientFactory clients, ConnectorOptions options)
{
    internal static string NameOf(ConnectorOptions options) => $"{options.Vendor}.login";

    /// <summary>The body of the answer, where it was a success.</summary>
    /// <exception cref="TokenException">It was none.</exception>
    public async Task<string> SendAsync(HttpRequestMessage request, string whatToDo, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(NameOf(options));
            using var response = await client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsStringAsync(cancellationToken)
                : throw Refused(response, whatToDo);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TokenException($"{options.Vendor} gave no access token: {At(request)} did not answer ({e.GetType().Name}). It is asked again.", e);
        }
    }

    private TokenException Refused(HttpResponseMessage response, string whatToDo)
    {
        var status = (int)response.StatusCode;
        var passing = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;
        return new TokenException(string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Vendor} gave no access token: {At(response.RequestMessage!)} answered {status}. {(passing ? "It is asked again." : whatToDo)}"))
        {
            After = response.Headers.RetryAfter?.Delta ?? (passing ? null : TimeSpan.FromSeconds(30)),
            Status = response.StatusCode,
        };
    }

    private static string At(HttpRequestMessage request) => request.RequestUri!.GetLeftPart(UriPartial.Path);
}
