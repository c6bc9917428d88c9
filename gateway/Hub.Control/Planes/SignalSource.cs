using Hub.Control.Protocol;

namespace Hub.Control.Planes;

/// <summary>Adds a feature's part to what gateway planes are told each second. Asked for each of them, so it has to be quick.</summary>
internal delegate PlaneSignals SignalSource(PlaneSignals told);

/// <summary>Takes a feature's part of a plane's report. Asked each second for each plane, so it has to be quick.</summary>
internal delegate ValueTask ReportTaker(PlaneReport report);
