namespace Hub.Placement.Config;

/// <summary>The signed identity that New gets with each request of a customer: a JWT in the header <c>Hub-Identity</c>.</summary>
public sealed class IdentityConfig
{
    /// <summary>The token's <c>iss</c>.</summary>
    /// <value>The default is <c>hub</c>.</value>
    public string Issuer { get; init; } = "hub";

    /// <summary>The token's <c>aud</c>.</summary>
    /// <value>The default is <c>new</c>.</value>
    public string Audience { get; init; } = "new";

    /// <summary>How long a token is good; one that is handed out has at least half of it left. A minute to an hour.</summary>
    /// <value>The default is 5 minutes.</value>
    public TimeSpan Life { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>At what age control lets the next key sign. An hour at least.</summary>
    /// <value>The default is 30 days.</value>
    public TimeSpan Rotate { get; init; } = TimeSpan.FromDays(30);
}
