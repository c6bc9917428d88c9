namespace Hub.Town.Look.Pages;

internal static class TextPages
{
    public static Html Topic(string title, string body) => Html.Of($"""<article class="topic"><h1>{title}</h1><p>{body}</p></article>""");

    public static Html NotFound(ShopFrame frame) => Html.Of($"""
        <h1>Not here</h1>
        <p>There is no such page. <a href="{frame.Url("/")}">Back to the shop.</a></p>
        """);
}
