using Hub.Configuration;

namespace Hub.Connectors.Http;

/// <summary>Puts the vendor's token on each call, read anew, so that a rotated one is used without a restart.</summary>
internal sealed class TokenHandler(Secret token, TokenHeader header, SecretMask mask) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!token.IsEmpty)
        {
            var revealed = Reveal();
            mask.Know(revealed);
            header.Put(request, revealed);
        }

        return base.SendAsync(request, cancellationToken);
    }

    private string Reveal()
    {
        try
        {
            return token.Reveal();
        }
        catch (InvalidOperationException e)
        {
            // Nothing was sent: VendorCalls reads that from the kind of error.
            throw new HttpRequestException(HttpRequestError.UserAuthenticationError, e.Message, e);
        }
    }
}

/// <summary>Which header carries the token, and what stands before it.</summary>
public sealed record TokenHeader(string Name, string Prefix)
{
    public static TokenHeader Bearer { get; } = new("Authorization", "Bearer ");

    internal void Put(HttpRequestMessage request, string token)
    {
        request.Headers.Remove(Name);
        request.Headers.TryAddWithoutValidation(Name, Prefix + token);
    }
}
