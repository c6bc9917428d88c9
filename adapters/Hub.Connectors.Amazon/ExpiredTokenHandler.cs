using System.Net;

namespace Hub.Connectors.Amazon;

/// <summary>Amazon says of an expired token that access is forbidden (403). Told as 401 it is renewed, and the call made once more.</summary>
internal sealed class ExpiredTokenHandler : DelegatingHandler
{
    private const long MostOfAnError = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Forbidden && response.Content.Headers.ContentLength is not > MostOfAnError)
        {
            await response.Content.LoadIntoBufferAsync(MostOfAnError, cancellationToken);
            var errors = AmazonAnswers.Errors(await response.Content.ReadAsStringAsync(cancellationToken));
            if (errors?.Any(error => error.Details?.Contains("token you provided has expired", StringComparison.OrdinalIgnoreCase) == true) == true)
            {
                response.StatusCode = HttpStatusCode.Unauthorized;
            }
        }

        return response;
    }
}
