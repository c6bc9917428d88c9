using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Placement.Config;

/// <summary>Caches in front of the gateway, which keep answers for many customers (SAFETY.md 10).</summary>
public sealed class CachesConfig
{
    /// <summary>
    /// The header that tells a cache which group an answer belongs to, by the key <c>hub-GROUP</c>: <c>Surrogate-Key</c>
    /// (Fastly, most VCL), <c>xkey</c> (Varnish's module), <c>Cache-Tag</c> (Cloudflare, Akamai).
    /// </summary>
    /// <value>The default is <c>Surrogate-Key</c>.</value>
    public string KeyHeader { get; init; } = "Surrogate-Key";

    /// <summary>What is called at each flip of a group with cached routes, by the cache's name; control calls it.</summary>
    public Dictionary<string, PurgeConfig> Purge { get; init; } = [];

    /// <summary>The key of all that a group answers.</summary>
    public static string KeyOf(string group) => $"hub-{group}";
}

/// <summary>How one cache is told to forget a group's answers. In all texts <c>{key}</c> stands for the group's key.</summary>
public sealed class PurgeConfig
{
    /// <summary>Absolute.</summary>
    [Required]
    public string? Url { get; init; }

    /// <summary><c>PURGE</c>, <c>BAN</c>, <c>POST</c>, or what the cache wants.</summary>
    /// <value>The default is <c>PURGE</c>.</value>
    [RegularExpression("[A-Za-z]{1,20}", ErrorMessage = "Method is no HTTP method")]
    public string Method { get; init; } = "PURGE";

    /// <summary>
    /// Headers to send. Where neither they nor the address nor the body name <c>{key}</c>, the key is sent in
    /// <see cref="CachesConfig.KeyHeader"/>.
    /// </summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Headers whose values are secret: <c>env:NAME</c> or <c>file:PATH</c>, read by control at each call.</summary>
    public Dictionary<string, Secret> Secrets { get; init; } = [];

    /// <summary>A body to send, as JSON: <c>{"tags":["{key}"]}</c>.</summary>
    public string? Body { get; init; }

    /// <summary>How long one call may take.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
