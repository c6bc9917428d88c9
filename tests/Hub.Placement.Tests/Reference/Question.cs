namespace Hub.Placement.Tests.Reference;

/// <summary>A request as the reference sees it.</summary>
internal sealed record Question(
    int Browser,
    CustomerKey? Key,
    bool UnknownNumber,
    string Route,
    bool Unsafe,
    string? Cohort,
    bool NewHealthy,
    Holdings Bridge,
    long Revision,
    long Now);
