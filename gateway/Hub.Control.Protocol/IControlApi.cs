using System.Collections.Immutable;
using Refit;

namespace Hub.Control.Protocol;

/// <summary>
/// The control API as CLI and page speak it. Datasets are answered by the migration plane, orders and connectors by the
/// adapters plane, explanations by a gateway plane; control forwards those, so that one address is enough.
/// </summary>
/// <remarks>Refusals are RFC 9457 problems: <see cref="ApiException"/> with status and body.</remarks>
public interface IControlApi
{
    [Get("/api/status")]
    Task<StatusView> GetStatusAsync(CancellationToken cancellationToken = default);

    [Get("/api/groups")]
    Task<ImmutableArray<GroupView>> GetGroupsAsync(CancellationToken cancellationToken = default);

    [Get("/api/groups/{group}")]
    Task<GroupView> GetGroupAsync(string group, CancellationToken cancellationToken = default);

    /// <param name="since">UTC; null: a quarter of an hour back.</param>
    [Get("/api/groups/{group}/figures")]
    Task<ImmutableArray<GroupFigures>> GetFiguresAsync(
        string group, [Query(Format = "O")] DateTimeOffset? since = null, CancellationToken cancellationToken = default);

    /// <param name="share">Per cent; null: the next stage.</param>
    [Get("/api/groups/{group}/gates")]
    Task<GatesView> GetGatesAsync(string group, decimal? share = null, CancellationToken cancellationToken = default);

    [Post("/api/groups/{group}/plan")]
    Task<PlanView> StartPlanAsync(
        string group, [Body] StartPlan request, [Header("If-Match")] string revision, CancellationToken cancellationToken = default);

    [Get("/api/groups/{group}/plan")]
    Task<PlanView> GetPlanAsync(string group, CancellationToken cancellationToken = default);

    [Delete("/api/groups/{group}/plan")]
    Task EndPlanAsync(string group, CancellationToken cancellationToken = default);

    [Post("/api/groups/{group}/shift")]
    Task<FlipResult> ShiftGroupAsync(
        string group, [Body] ShiftGroup request, [Header("If-Match")] string revision, CancellationToken cancellationToken = default);

    [Post("/api/groups/{group}/rollback")]
    Task<FlipResult> RollbackGroupAsync(string group, [Body] RollbackGroup request, CancellationToken cancellationToken = default);

    [Post("/api/groups/rollback")]
    Task<FlipResult> RollbackAllAsync([Body] RollbackGroup request, CancellationToken cancellationToken = default);

    /// <param name="revision">Needed to turn it on.</param>
    [Post("/api/groups/{group}/mirror")]
    Task<FlipResult> MirrorGroupAsync(
        string group, [Body] MirrorGroup request, [Header("If-Match")] string? revision, CancellationToken cancellationToken = default);

    [Get("/api/groups/{group}/readiness")]
    Task<GroupReadiness> GetReadinessAsync(string group, CancellationToken cancellationToken = default);

    [Post("/api/groups/{group}/crawl")]
    Task<CrawlView> CrawlGroupAsync(string group, [Body] CrawlGroup request, CancellationToken cancellationToken = default);

    [Get("/api/diffs")]
    Task<ImmutableArray<DiffKind>> GetDiffsAsync(
        string? group = null, string? route = null, string? field = null, CancellationToken cancellationToken = default);

    [Get("/api/diffs/{id}")]
    Task<DiffView> GetDiffAsync(string id, CancellationToken cancellationToken = default);

    [Put("/api/freeze")]
    Task<FreezeView> FreezeAsync([Body] FreezeRequest request, CancellationToken cancellationToken = default);

    [Delete("/api/freeze")]
    Task<FreezeView> UnfreezeAsync(CancellationToken cancellationToken = default);

    [Get("/api/document")]
    Task<DocumentView> GetDocumentAsync(CancellationToken cancellationToken = default);

    [Put("/api/document")]
    Task<DocumentPlan> ApplyDocumentAsync(
        [Body] ApplyDocument request, [Header("If-Match")] string revision, CancellationToken cancellationToken = default);

    [Post("/api/document/plan")]
    Task<DocumentPlan> PlanDocumentAsync([Body] ApplyDocument request, CancellationToken cancellationToken = default);

    [Get("/api/planes")]
    Task<ImmutableArray<PlaneView>> GetPlanesAsync(CancellationToken cancellationToken = default);

    [Get("/api/audit")]
    Task<ImmutableArray<AuditView>> GetAuditAsync(int take = 100, CancellationToken cancellationToken = default);

    [Get("/api/tokens")]
    Task<ImmutableArray<TokenView>> GetTokensAsync(CancellationToken cancellationToken = default);

    [Post("/api/tokens")]
    Task<CreatedToken> CreateTokenAsync([Body] CreateToken request, CancellationToken cancellationToken = default);

    [Delete("/api/tokens/{name}")]
    Task RevokeTokenAsync(string name, CancellationToken cancellationToken = default);

    [Get("/api/keys")]
    Task<ImmutableArray<IdentityKeyView>> GetKeysAsync(CancellationToken cancellationToken = default);

    [Post("/api/keys/rotate")]
    Task<ImmutableArray<IdentityKeyView>> RotateKeyAsync([Body] RotateKey request, CancellationToken cancellationToken = default);

    [Post("/api/explain")]
    Task<ExplainView> ExplainAsync([Body] ExplainRequest request, CancellationToken cancellationToken = default);

    [Get("/api/requests")]
    Task<ImmutableArray<LedgerEntry>> GetRequestsAsync(
        string? customer = null, string? order = null, string? address = null, [Query(Format = "O")] DateTimeOffset? since = null,
        CancellationToken cancellationToken = default);

    [Get("/api/consumers")]
    Task<ImmutableArray<ConsumerView>> GetConsumersAsync(CancellationToken cancellationToken = default);

    /// <summary>What each gateway has counted for a watch since it was asked for first.</summary>
    [Get("/api/traffic")]
    Task<ImmutableArray<TrafficView>> GetTrafficAsync(string watch, CancellationToken cancellationToken = default);

    /// <summary>Draws a token for <c>hub check --through</c> and tells the gateways of it.</summary>
    [Post("/api/probes")]
    Task<ProbeView> OpenProbeAsync(CancellationToken cancellationToken = default);

    [Get("/api/datasets")]
    Task<ImmutableArray<DatasetView>> GetDatasetsAsync(CancellationToken cancellationToken = default);

    [Get("/api/datasets/{dataset}")]
    Task<DatasetView> GetDatasetAsync(string dataset, CancellationToken cancellationToken = default);

    [Post("/api/datasets/{dataset}/verify")]
    Task<ImmutableArray<VerificationView>> VerifyDatasetAsync(string dataset, [Body] VerifyDataset request, CancellationToken cancellationToken = default);

    [Get("/api/datasets/{dataset}/verification")]
    Task<ImmutableArray<VerificationView>> GetVerificationAsync(string dataset, string? target = null, CancellationToken cancellationToken = default);

    [Get("/api/datasets/{dataset}/differences")]
    Task<ImmutableArray<DifferenceView>> GetDifferencesAsync(string dataset, string? target = null, string? table = null, CancellationToken cancellationToken = default);

    [Get("/api/datasets/{dataset}/quarantine")]
    Task<ImmutableArray<QuarantineView>> GetQuarantineAsync(string dataset, string? target = null, long after = 0, CancellationToken cancellationToken = default);

    [Get("/api/datasets/{dataset}/quarantine/{target}/{id}")]
    Task<QuarantineView> GetQuarantinedAsync(string dataset, string target, long id, CancellationToken cancellationToken = default);

    [Post("/api/datasets/{dataset}/quarantine/retry")]
    Task<ImmutableArray<QuarantineView>> RetryQuarantineAsync(string dataset, [Body] ChangeQuarantine request, CancellationToken cancellationToken = default);

    [Post("/api/datasets/{dataset}/quarantine/discard")]
    Task<QuarantineView> DiscardQuarantinedAsync(string dataset, [Body] ChangeQuarantine request, CancellationToken cancellationToken = default);

    [Post("/api/datasets/{dataset}/pause")]
    Task<DatasetView> PauseDatasetAsync(string dataset, [Body] PauseDataset request, CancellationToken cancellationToken = default);

    [Post("/api/datasets/{dataset}/resume")]
    Task<DatasetView> ResumeDatasetAsync(string dataset, [Body] ResumeDataset request, CancellationToken cancellationToken = default);

    [Post("/api/datasets/{dataset}/snapshot")]
    Task<DatasetView> SnapshotDatasetAsync(string dataset, [Body] SnapshotDataset request, CancellationToken cancellationToken = default);

    /// <summary>Rows of the source and what the mapping makes of them.</summary>
    /// <param name="show">Personal data as it is.</param>
    [Get("/api/datasets/{dataset}/preview")]
    Task<DatasetPreview> PreviewDatasetAsync(
        string dataset, string? target = null, string? table = null, int rows = 20, bool show = false, CancellationToken cancellationToken = default);

    [Get("/api/orders")]
    Task<ImmutableArray<OrderView>> GetOrdersAsync(int take = 100, CancellationToken cancellationToken = default);

    [Get("/api/orders/{channel}/{id}")]
    Task<OrderDetail> GetOrderAsync(string channel, string id, CancellationToken cancellationToken = default);

    [Post("/api/orders/cancel")]
    Task<OrderAnswer> CancelOrderAsync([Body] ChangeOrder request, CancellationToken cancellationToken = default);

    [Post("/api/orders/retry")]
    Task<OrderAnswer> RetryOrderAsync([Body] ChangeOrder request, CancellationToken cancellationToken = default);

    [Post("/api/orders/ship")]
    Task<OrderAnswer> ShipOrderAsync([Body] ShipOrder request, CancellationToken cancellationToken = default);

    [Get("/api/channels")]
    Task<ImmutableArray<ChannelView>> GetChannelsAsync(CancellationToken cancellationToken = default);

    [Post("/api/channels/hand-over")]
    Task<ChannelAnswer> HandOverAsync([Body] SwitchChannel request, CancellationToken cancellationToken = default);

    [Post("/api/channels/hand-back")]
    Task<ChannelAnswer> HandBackAsync([Body] SwitchChannel request, CancellationToken cancellationToken = default);

    /// <summary>Begins to compare a day's books; it goes on after the answer.</summary>
    [Post("/api/reconciliations")]
    Task<ReconciliationView> ReconcileAsync([Body] StartReconciliation request, CancellationToken cancellationToken = default);

    [Get("/api/reconciliations/{id}")]
    Task<ReconciliationView> GetReconciliationAsync(string id, CancellationToken cancellationToken = default);

    /// <param name="refused">Those only that a channel refused.</param>
    [Get("/api/stock")]
    Task<ImmutableArray<ChannelValueView>> GetStockAsync(bool refused = false, int take = 100, CancellationToken cancellationToken = default);

    [Get("/api/stock/{sku}")]
    Task<StockDetail> GetStockOfAsync(string sku, CancellationToken cancellationToken = default);

    [Post("/api/stock/tell")]
    Task<StockTold> TellStockAsync([Body] TellStock request, CancellationToken cancellationToken = default);

    [Get("/api/deadletters")]
    Task<ImmutableArray<DeadLetterView>> GetDeadLettersAsync(int take = 100, CancellationToken cancellationToken = default);

    [Get("/api/deadletters/{id}")]
    Task<DeadLetterDetail> GetDeadLetterAsync(long id, CancellationToken cancellationToken = default);

    [Post("/api/deadletters/retry")]
    Task<DeadLetterView> RetryDeadLetterAsync([Body] ChangeDeadLetter request, CancellationToken cancellationToken = default);

    [Post("/api/deadletters/discard")]
    Task<DeadLetterView> DiscardDeadLetterAsync([Body] ChangeDeadLetter request, CancellationToken cancellationToken = default);

    [Get("/api/connectors")]
    Task<ImmutableArray<ConnectorView>> GetConnectorsAsync(CancellationToken cancellationToken = default);

    [Get("/api/connectors/{connector}")]
    Task<ConnectorView> GetConnectorAsync(string connector, CancellationToken cancellationToken = default);

    [Get("/api/xref")]
    Task<ImmutableArray<ReferenceTableView>> GetReferenceTablesAsync(CancellationToken cancellationToken = default);

    [Get("/api/xref/{connector}")]
    Task<ImmutableArray<ReferenceView>> GetReferencesAsync(string connector, string? table = null, CancellationToken cancellationToken = default);

    /// <summary>The rows as CSV, with the header <c>table,key,value</c>.</summary>
    [Get("/api/xref/{connector}/csv")]
    Task<string> ExportReferencesAsync(string connector, string? table = null, CancellationToken cancellationToken = default);

    [Post("/api/xref/set")]
    Task<ReferenceAnswer> SetReferenceAsync([Body] ChangeReference request, CancellationToken cancellationToken = default);

    [Post("/api/xref/remove")]
    Task<ReferenceAnswer> RemoveReferenceAsync([Body] ChangeReference request, CancellationToken cancellationToken = default);

    [Post("/api/xref/import")]
    Task<ReferenceAnswer> ImportReferencesAsync([Body] ImportReferences request, CancellationToken cancellationToken = default);

    [Post("/api/connectors/pause")]
    Task<ConnectorView> PauseConnectorAsync([Body] ChangeConnector request, CancellationToken cancellationToken = default);

    [Post("/api/connectors/resume")]
    Task<ConnectorView> ResumeConnectorAsync([Body] ChangeConnector request, CancellationToken cancellationToken = default);

    [Get("/api/connectors/{connector}/check")]
    Task<ConnectorCheckView> CheckConnectorAsync(string connector, CancellationToken cancellationToken = default);

    /// <param name="order">Its key; null: the newest one.</param>
    [Get("/api/connectors/{connector}/preview")]
    Task<ConnectorPreview> PreviewConnectorAsync(string connector, string? order = null, CancellationToken cancellationToken = default);

    [Post("/api/customers/erase")]
    Task<ErasedCustomer> EraseCustomerAsync([Body] CustomerRequest request, CancellationToken cancellationToken = default);

    [Post("/api/customers/export")]
    Task<CustomerExport> ExportCustomerAsync([Body] CustomerRequest request, CancellationToken cancellationToken = default);
}
