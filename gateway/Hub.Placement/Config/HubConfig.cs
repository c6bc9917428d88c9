using Hub.Configuration;

namespace Hub.Placement.Config;

/// <summary>The <c>Hub</c> section of the config file as the gateway reads it; other planes read their own parts.</summary>
public sealed class HubConfig
{
    /// <summary>Spreads customers over buckets; the same for all groups, so that the same customers go first.</summary>
    /// <value>The default is <c>hub</c>.</value>
    public string Salt { get; init; } = "hub";

    /// <summary>The shop's address as customers type it; <c>hub check</c> looks for links that lead elsewhere.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Routes that flip together, by the group's name.</summary>
    public Dictionary<string, GroupConfig> Groups { get; init; } = [];

    /// <summary>Named sets of customers that a group may send to a side, whatever the share. At most 64.</summary>
    public Dictionary<string, CohortConfig> Cohorts { get; init; } = [];

    /// <summary>How a customer is known at legacy.</summary>
    public CustomerConfig Customer { get; init; } = new();

    /// <summary>What the gateway takes from outside.</summary>
    public BoundaryConfig Boundary { get; init; } = new();

    /// <summary>Who calls APIs by a key, by name.</summary>
    public Dictionary<string, ConsumerConfig> Consumers { get; init; } = [];

    /// <summary>Tables whose ownership moves together, by the dataset's name.</summary>
    public Dictionary<string, DatasetConfig> Datasets { get; init; } = [];

    /// <summary>Tables that say what each slug of the shop's addresses is, by name.</summary>
    public Dictionary<string, SlugTableConfig> Slugs { get; init; } = [];

    /// <summary>Caches in front of the gateway.</summary>
    public CachesConfig Caches { get; init; } = new();

    /// <summary>
    /// How far the clocks of the machines that gateways and migration run on may differ; a customer's reads go back to the
    /// other side so much later after a write.
    /// </summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where what happened is sent on to, by name.</summary>
    public Dictionary<string, NotificationConfig> Notifications { get; init; } = [];

    /// <summary>When plans climb.</summary>
    public WorkingHoursConfig WorkingHours { get; init; } = new();

    /// <summary>How much the shop takes; nothing is limited where nothing stands here.</summary>
    public LimitsConfig? Limits { get; init; }

    /// <summary>Rules of single routes, of a group or not, by the id they have in the <c>ReverseProxy</c> section.</summary>
    public Dictionary<string, RouteRulesConfig> Routes { get; init; } = [];

    /// <summary>The look of the pages that the gateway answers with itself.</summary>
    public PagesConfig Pages { get; init; } = new();

    /// <summary>Read by the adapters plane.</summary>
    public ConfigNode? Connectors { get; init; }

    /// <summary>Read by the adapters plane.</summary>
    public ConfigNode? Orders { get; init; }

    /// <summary>Read by the adapters plane.</summary>
    public ConfigNode? Stock { get; init; }

    /// <summary>Read by the adapters plane.</summary>
    public ConfigNode? Bus { get; init; }
}
