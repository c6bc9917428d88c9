using System.Net;

namespace Hub.Connectors.Tokens;

/// <summary>Gets a connector a new access token: from an OAuth endpoint (<see cref="OAuthTokens"/>), or by the vendor's own way to log in.</summary>
public interface ITokenSource
{
    /// <summary>Asks the vendor for one. <see cref="AccessTokens"/> calls it once for all who wait.</summary>
    /// <exception cref="TokenException">There is none; the message says why and what to do, and tells no secret.</exception>
    Task<AccessToken> NewAsync(CancellationToken cancellationToken);
}

/// <summary>What goes with each call.</summary>
/// <param name="ExpiresAt">When the vendor takes it no more; null: it does not say, a 401 will.</param>
public sealed record AccessToken(string Value, DateTimeOffset? ExpiresAt)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => $"an access token until {ExpiresAt:O}";
}

/// <summary>There is no access token: nothing was asked of the vendor. The message says why and what to do.</summary>
public sealed class TokenException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>When to try again, where the vendor said so.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>What the token endpoint answered with; null where it did not.</summary>
    public HttpStatusCode? Status { get; init; }
}
