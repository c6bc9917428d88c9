using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>How a customer is known at legacy: the session bridge.</summary>
public sealed class CustomerConfig
{
    /// <summary>Legacy's session cookies. Without one of them (and without a bearer token) legacy holds nothing and nobody is logged in.</summary>
    public List<string> Cookies { get; init; } = [];

    /// <summary>
    /// Legacy gives a session another id with ordinary answers, not only at log-in: the new one keeps what was said of the old,
    /// and legacy is not asked each time. A log-in by GET is then seen when that answer is over, too.
    /// </summary>
    /// <value>The default is false.</value>
    public bool RotatesIds { get; init; }

    /// <summary>Forms on New's pages that post to legacy, by a name of their own: where to get legacy's token for each.</summary>
    public Dictionary<string, FormTokenConfig> FormTokens { get; init; } = [];

    /// <summary>The address at legacy that says who is logged in; null: accounts are not known, only visitors.</summary>
    public WhoAmIConfig? WhoAmI { get; init; }

    /// <summary>What New is told of a customer, signed (docs/sessions/identity.md).</summary>
    public IdentityConfig Identity { get; init; } = new();
}

/// <summary>Legacy's answer to "who is this?": JSON, asked with the customer's own cookies or bearer token.</summary>
public sealed class WhoAmIConfig
{
    /// <summary>Absolute, or a path at legacy's cluster.</summary>
    [Required]
    public Uri? Url { get; init; }

    /// <summary>Where the account's id stands in the answer, <c>$.id</c>; null or missing there means nobody is logged in.</summary>
    public string Account { get; init; } = "$.id";

    /// <summary>Where the name to greet with stands.</summary>
    public string? Name { get; init; }

    /// <summary>For each dataset held per customer, where the answer says how much legacy holds: a number, a list or a boolean.</summary>
    public Dictionary<string, string> Holds { get; init; } = [];

    /// <summary>How long a shopper's own request waits for it.</summary>
    /// <value>The default is 500 ms.</value>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an answer is good for a session.</summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan Cache { get; init; } = TimeSpan.FromMinutes(1);
}
