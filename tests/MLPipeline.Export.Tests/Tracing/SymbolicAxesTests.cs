using MLPipeline.Export.Tracing;

namespace MLPipeline.Export.Tests.Tracing;

public class SymbolicAxesTests
{
    [Fact]
    public void Batch_is_the_first_axis_of_every_input()
    {
        var axes = Axes([8, 3, 4, 4], (0, "batch"));
        Assert.Equal(["batch"], axes.Names);
        Assert.True(axes.IsBatch(0));
        Assert.Equal([5, 3, 4, 4], axes.ShapeAt(0, [8, 3, 4, 4], [5]));
    }

    [Theory]
    [InlineData("time", "batch", false, true)] // [time, batch]
    [InlineData("rows", "columns", true, false)]
    public void Batch_is_the_symbol_called_so_and_else_that_of_the_first_axis(string first, string second, bool firstIsBatch, bool secondIsBatch)
    {
        var axes = Axes([6, 3, 4], (0, first), (1, second));
        Assert.Equal((firstIsBatch, secondIsBatch), (axes.IsBatch(0), axes.IsBatch(1)));
    }

    [Fact]
    public void Equal_names_of_unequal_axes_are_refused()
    {
        var names = new Dictionary<int, IReadOnlyDictionary<int, string>>
        {
            [0] = new Dictionary<int, string> { [1] = "time" },
            [1] = new Dictionary<int, string> { [0] = "time" },
        };
        var error = Assert.Throws<ExportException>(() => new SymbolicAxes([[2, 6], [7]], names));
        Assert.Contains("'time' has length 6 in one example and 7 in input 1, axis 0", error.Message);
    }

    [Theory]
    [InlineData("width", "names 'width'; the dynamic axes are batch, time")]
    [InlineData("batch", "give its lengths in BatchSizes")]
    public void Sizes_of_what_is_no_dynamic_axis_are_refused(string name, string says)
    {
        var sizes = new Dictionary<string, IReadOnlyList<int>> { [name] = [3] };
        var names = new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = new Dictionary<int, string> { [0] = "batch", [1] = "time" } };
        Assert.Contains(says, Assert.Throws<ExportException>(() => new SymbolicAxes([[2, 6]], names, sizes)).Message);
    }

    internal static SymbolicAxes Axes(long[] shape, params (int Axis, string Name)[] names) => new(
        [shape], new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = names.ToDictionary(n => n.Axis, n => n.Name) });
}
