using Hub.Configuration;

namespace Hub.Placement.Config;

/// <summary>Who is let in at a route: whoever brings one of the two. Others get 401 or 403 and reach no side.</summary>
public sealed class AccessConfig
{
    /// <summary>Bearer tokens that are let in.</summary>
    public JwtConfig? Jwt { get; init; }

    /// <summary>Consumers of <c>Hub.Consumers</c> whose API keys are let in.</summary>
    public List<string> Consumers { get; init; } = [];

    /// <summary>The header that an API key stands in; it is taken away before the request is forwarded.</summary>
    /// <value>The default is <c>X-Api-Key</c>.</value>
    public string Header { get; init; } = "X-Api-Key";
}

/// <summary>Which JSON Web Tokens (RFC 7519) are let in, as <c>Authorization: Bearer</c>.</summary>
public sealed class JwtConfig
{
    /// <summary>An OpenID Connect issuer, whose <c>/.well-known/openid-configuration</c> names issuer and keys. This or <see cref="Keys"/>.</summary>
    public Uri? Authority { get; init; }

    /// <summary>The address of a bare key set (RFC 7517); <see cref="Issuer"/> is needed then.</summary>
    public Uri? Keys { get; init; }

    /// <summary>The token's <c>iss</c>.</summary>
    /// <value>The default is what <see cref="Authority"/> says of itself.</value>
    public string? Issuer { get; init; }

    /// <summary>The token's <c>aud</c>, which must be there: a token for somebody else is none for this API.</summary>
    [System.ComponentModel.DataAnnotations.Required]
    public string? Audience { get; init; }

    /// <summary>Scopes (<c>scope</c> or <c>scp</c>) that must all be there.</summary>
    public List<string> Scopes { get; init; } = [];
}

/// <summary>Who calls an API by a key. The file never holds the key, nor its hash.</summary>
public sealed class ConsumerConfig
{
    /// <summary>
    /// Where the SHA-256 of each of its keys stands, hexadecimal, one a line; two while a key is changed. <c>hub consumer key</c>
    /// draws a key and prints the line.
    /// </summary>
    [System.ComponentModel.DataAnnotations.Required]
    public Secret? KeyHashes { get; init; }
}
