using Hub.Control.Protocol;

namespace Hub.Planes;

/// <summary>
/// Adds to a report what a part of the plane tells control beside what it serves. Asked at each report, so it has to be
/// quick and must not throw; the same must come again at the next one, since a report may be lost.
/// </summary>
public delegate PlaneReport PlaneReporter(PlaneReport report);
