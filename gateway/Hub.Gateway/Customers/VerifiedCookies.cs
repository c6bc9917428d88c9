namespace Hub.Gateway.Customers;

/// <summary>
/// Reads hub cookies, and remembers those whose signature held by their text: all requests of a page bring the same one,
/// and are spared the MAC. Nothing that a client made up gets in, so a flood of such can't push the others out.
/// </summary>
internal sealed class VerifiedCookies
{
    private readonly BoundedMemory<string, Verified> _cookies = new(10_000);

    /// <summary>The cookie, for one request to change; null where it is none of ours.</summary>
    public HubCookie? Read(ReadOnlySpan<char> text, byte[] signingKey)
    {
        if (_cookies.TryGet(text, out var known) && known.SigningKey.AsSpan().SequenceEqual(signingKey))
        {
            return known.Cookie.Copy();
        }

        if (HubCookieCodec.Read(text, signingKey) is not { } cookie)
        {
            return null;
        }

        _cookies.Set(text.ToString(), new Verified(cookie.Copy(), signingKey));
        return cookie;
    }

    private sealed record Verified(HubCookie Cookie, byte[] SigningKey);
}
