namespace Hub.Adapters.Reconciling;

/// <summary>A day of a zone, as the time from its first moment to the next day's; 23 or 25 hours where clocks are changed.</summary>
internal sealed record Day(DateOnly Date, TimeZoneInfo Zone)
{
    public DateTimeOffset From => Begin(Date);

    public DateTimeOffset Until => Begin(Date.AddDays(1));

    public bool Holds(DateTimeOffset time) => time >= From && time < Until;

    // Some zones change their clocks at midnight: then the day begins with the first time that there is.
    private DateTimeOffset Begin(DateOnly date)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        while (Zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(15);
        }

        var offset = Zone.IsAmbiguousTime(midnight) ? Zone.GetAmbiguousTimeOffsets(midnight).Max() : Zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset).ToUniversalTime();
    }
}
