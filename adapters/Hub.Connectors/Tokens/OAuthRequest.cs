using System.Collections.Immutable;
using Hub.Configuration;

namespace Hub.Connectors.Tokens;

/// <summary>How a vendor's OAuth endpoint is asked: by client credentials, or by a refresh token where one is given.</summary>
public sealed record OAuthRequest
{
    /// <summary>The token endpoint; a POST with a form goes there.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The client id. It may be shown.</summary>
    public required string Client { get; init; }

    public required Secret ClientSecret { get; init; }

    /// <summary>The refresh token that a person got by consenting at the vendor. Empty: client credentials.</summary>
    /// <remarks>Where the vendor rotates it, the new ones are kept in the connector's store; another one here begins anew with that.</remarks>
    public Secret RefreshToken { get; init; }

    /// <summary>Client id and secret go in the Authorization header (HTTP basic), not in the form.</summary>
    public bool Basic { get; init; }

    /// <summary>Further fields of the form: <c>scope</c>.</summary>
    public ImmutableDictionary<string, string> Form { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Further headers: <c>x-merchant-id</c>.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What a person has to do where the vendor takes the credentials no more, as a sentence.</summary>
    public string WhatToDo { get; init; } = "Check the client id and the secrets of the connector's config at the vendor.";
}
