using System.Globalization;
using System.Net;

namespace Hub.Connectors.Http;

/// <summary>Counts what really goes out to the vendor. A business refusal (400, 409, 422) is no failure of the connector.</summary>
internal sealed class CallCountingHandler(ConnectorCalls calls) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var error = "the call was cut";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            error = response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"{request.Method} {request.RequestUri?.AbsolutePath}: {(int)response.StatusCode}");
            return response;
        }
        catch (HttpRequestException e)
        {
            error = e.Message;
            throw;
        }
        finally
        {
            calls.Ended(error);
        }
    }
}
