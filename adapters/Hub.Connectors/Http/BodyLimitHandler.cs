namespace Hub.Connectors.Http;

/// <summary>
/// Reads the answer's body while the time-out still runs, and no more of it than a vendor has reason to send: one that sends
/// without end must not fill the memory. Cut there, the call's outcome is unknown.
/// </summary>
internal sealed class BodyLimitHandler : DelegatingHandler
{
    /// <summary>Bytes.</summary>
    public const long Limit = 16 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(Limit, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
