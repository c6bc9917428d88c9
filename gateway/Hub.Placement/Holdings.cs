namespace Hub.Placement;

/// <summary>Whether legacy holds anything of a dataset for this customer, as the session bridge says.</summary>
public enum Holdings : byte
{
    /// <summary>Nobody asked yet; where it matters, <see cref="PlacementActions.AskHoldings"/> is the answer.</summary>
    Unasked,

    /// <summary>The bridge could not be asked: New is not claimed.</summary>
    Unknown,

    Nothing,

    Something,
}
