using System.Net;
using Hub.Connectors.Http;

namespace Hub.Connectors.Tokens;

/// <summary>
/// Puts the access token on each call. Where the vendor refuses it, nothing has happened: the call goes out once more with a new one.
/// </summary>
internal sealed class AccessTokenHandler(AccessTokens tokens, TokenHeader header) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(cancellationToken);
        if (request.Content is not null)
        {
            await request.Content.LoadIntoBufferAsync(cancellationToken);
        }

        header.Put(request, token.Value);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();
        header.Put(request, (await tokens.RenewAsync(token, cancellationToken)).Value);
        return await base.SendAsync(request, cancellationToken);
    }
}
