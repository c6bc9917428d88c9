using System.Net;
using Hub.Connectors.Http;

namespace Hub.Connectors.Tokens;

/// <summary>
/// Puts the access token on each call. Where the vendor refuses it, nothing has happened: the call goes out once more with a new one.
/// </summary>
internal sealed class AccessTokenHandler(AccessTokens tokens, TokenHeader header, SecretMask mask) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(cancellationToken);
        if (request.Content is not null)
        {
            await request.Content.LoadIntoBufferAsync(cancellationToken);
        }

        Put(request, token);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();
        Put(request, await tokens.RenewAsync(token, cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }

    private void Put(HttpRequestMessage request, AccessToken token)
    {
        mask.Know(token.Value);
        header.Put(request, token.Value);
    }
}
