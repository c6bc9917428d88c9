namespace Hub.Placement.Config;

/// <summary>When people are there to look: plans climb within these hours only, unless told otherwise (SAFETY.md 20).</summary>
public sealed class WorkingHoursConfig
{
    /// <summary>The zone that <see cref="From"/> and <see cref="To"/> are meant in: <c>Europe/Berlin</c>.</summary>
    /// <value>The default is UTC.</value>
    public string Zone { get; init; } = "UTC";

    /// <value>The default is Monday to Friday.</value>
    public List<DayOfWeek> Days { get; init; } = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    /// <value>The default is 09:00.</value>
    public TimeSpan From { get; init; } = TimeSpan.FromHours(9);

    /// <value>The default is 17:00.</value>
    public TimeSpan To { get; init; } = TimeSpan.FromHours(17);
}
