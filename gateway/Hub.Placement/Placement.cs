namespace Hub.Placement;

/// <summary>Where a request goes, why, and what the gateway must do beside forwarding it.</summary>
public readonly record struct Placement(Side Side, PlacementReason Reason, PlacementActions Actions = PlacementActions.None)
{
    public bool Has(PlacementActions action) => (Actions & action) != 0;
}

/// <summary>The rule that decided. Its number is part of request ids: never give one a second meaning.</summary>
public enum PlacementReason : byte
{
    /// <summary>The route belongs to no group: its own cluster.</summary>
    Ungrouped = 0,

    /// <summary>The customer's bucket and the group's share.</summary>
    Share = 1,

    /// <summary>A cohort that the group sends to a side.</summary>
    Cohort = 2,

    /// <summary>The owner of the dataset that the route writes.</summary>
    Owner = 3,

    /// <summary>The side that holds the customer's data.</summary>
    Claim = 4,

    /// <summary>New would have been claimed, but legacy holds data of the customer, or could not be asked.</summary>
    LegacyHolds = 5,

    /// <summary>The journey that the customer is on.</summary>
    Journey = 6,

    /// <summary>The side that the form's page came from.</summary>
    Form = 7,

    /// <summary>No key: the route's declared side.</summary>
    Declared = 8,

    /// <summary>The customer's data is carried back to legacy.</summary>
    Evacuated = 9,

    /// <summary>The group was rolled back.</summary>
    RolledBack = 10,

    /// <summary>The customer wrote there what the route reads, and the other side does not have it yet.</summary>
    ReadYourWrites = 11,

    /// <summary>New did not answer a read, and legacy was asked instead.</summary>
    Fallback = 12,

    /// <summary>A cache in front keeps the answer: the bucket of its address, or the side that the cache asks for.</summary>
    CacheKey = 13,
}

/// <summary>What comes with a placement. More than one may.</summary>
[Flags]
public enum PlacementActions : ushort
{
    None = 0,

    /// <summary>Ask the session bridge what legacy holds, then place again; the side given is legacy until then.</summary>
    AskHoldings = 1,

    /// <summary>Claim the dataset for the side before anything is forwarded; where another claim won, place again with it.</summary>
    Claim = 2,

    /// <summary>Carry the customer's data from New to legacy by the hook, raise the claim, then forward.</summary>
    Evacuate = 4,

    /// <summary>Pin the journey to the side.</summary>
    BeginJourney = 8,

    /// <summary>The journey's last step: drop its pin once it is answered with success.</summary>
    EndJourney = 16,

    /// <summary>A page with a form: pin the form's target route to the side.</summary>
    BeginForm = 32,

    /// <summary>The form's page came from the other side: do not forward, answer 303 to the page, count it.</summary>
    ReturnToForm = 64,

    /// <summary>Once it is answered with success, the claims of the route's <c>Ends</c> end.</summary>
    EndClaims = 128,
}
