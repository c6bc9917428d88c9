using Hub.Control.Protocol;

namespace Hub.Planes;

/// <summary>What control told beside the revision, and when it was heard by the plane's own clock.</summary>
public sealed record HeardSignals(PlaneSignals Signals, DateTimeOffset At);
