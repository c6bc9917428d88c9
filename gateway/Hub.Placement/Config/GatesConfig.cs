using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>What must hold before more customers of a group go to New (SAFETY.md 20). A gate without enough data holds.</summary>
public sealed class GatesConfig
{
    /// <summary>So many answers must have been compared by mirroring; 0: readiness is not asked for, for groups that can't be mirrored.</summary>
    /// <value>The default is 2,000.</value>
    [Range(0, 1_000_000_000)]
    public int Samples { get; init; } = 2_000;

    /// <summary>The lower bound of the part of them that agrees (Wilson, 95 %).</summary>
    /// <value>The default is 0.99.</value>
    [Range(0.0, 1.0)]
    public double Agreement { get; init; } = 0.99;

    /// <summary>So many distinct parameters and states must be among them.</summary>
    /// <value>The default is 20.</value>
    [Range(0, 1_000_000)]
    public int Variety { get; init; } = 20;

    /// <summary>So many of them may differ in money, stock or status.</summary>
    /// <value>The default is 0.</value>
    [Range(0, 1_000_000)]
    public int MoneyMismatches { get; init; }

    /// <summary>Each gateway plane must see a healthy destination of New.</summary>
    /// <value>The default is true.</value>
    public bool Candidate { get; init; } = true;

    /// <summary>How old what New has of the datasets that the group reads may be; of those that the pipeline fills.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan Lag { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What verification must have found of the datasets that the group reads and the pipeline fills; null: it is not asked for.</summary>
    public ParityConfig? Parity { get; init; }

    /// <summary>The newest crawl of the sitemap must have found nothing that search engines would see otherwise (SAFETY.md 19).</summary>
    /// <value>The default is false.</value>
    public bool SearchEngines { get; init; }
}
