using MLPipeline.Export.Tests.Fixtures;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Operators in place on views: what is written to a part must be seen in the whole, and in every other part that shows it.</summary>
public class ViewWriteTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["a row"] = Changed(x => x[0].add_(1), 2, 3),
        ["a column by select"] = Changed(x => x.select(1, -1).mul_(2), 2, 3),
        ["columns by slice"] = Changed(x => x[.., 1..].zero_(), 2, 4),
        ["every second column"] = Changed(x => x[.., TensorIndex.Slice(0, null, 2)].fill_(3), 2, 5),
        ["a copy to a column"] = Changed(x => x.select(1, 0).copy_(x.select(1, 2)), 2, 3),
        ["a narrow stretch"] = Changed(x => x.narrow(1, 1, 2).neg_(), 2, 4),
        ["a slice past the end"] = Changed(x => x.slice(1, -2, 100, 1).neg_(), 2, 4),
        ["the last row"] = Changed(x => x[x.shape[0] - 1].add_(1), 2, 3),
        ["a view of all"] = Changed(x => x.view(-1).mul_(3), 2, 3),
        ["a flattened part"] = Changed(x => x.flatten(1)[.., 2..4].mul_(3), 2, 3, 2),
        ["with an axis more and one less"] = Changed(x => x.unsqueeze(1).add_(1).squeeze(1).mul_(2), 2, 3),
        ["a transposed part"] = Changed(x => x.transpose(1, 2)[.., 0].add_(x.mean()), 2, 3, 4),
        ["axes permuted and moved"] = Changed(x => x.permute(2, 0, 1)[1].mul_(2).alias().movedim([0], [1])[0].add_(1), 2, 3, 4),
        ["transposed matrices"] = Changed(x => x.t().T.mT[0].add_(1), 2, 3),
        ["a diagonal"] = Changed(x => x.diagonal(1, 1, 2).zero_(), 2, 3, 4),
        ["parts of a split"] = Changed(x => { var parts = x.split([1, 2], 1); parts[1].mul_(2); parts[0].add_(1); }, 2, 3),
        ["chunks, and one of them unbound"] = Changed(x => x.chunk(2, -1)[1].unbind(1)[0].add_(1), 2, 4),
        ["a view of a view"] = Changed(x => x[.., 1..][.., 0, ..].add_(1), 2, 3, 4),
        ["a view of a view, as a write by index"] = Changed(x => x[.., 1..][.., 0] = tensor(5f), 2, 3, 4),
        ["a detached view"] = Changed(x => x.detach()[.., 0].add_(1), 2, 3),
        ["several writes, one after the other"] = Changed(x => { var (a, b) = (x[.., 0], x[.., 1]); a.add_(b); b.mul_(a); a.add_(b); }, 2, 3),
        ["an activation in place on a part"] = Changed(x => functional.relu(x[.., ..2], inplace: true), 2, 4),
        ["into zeros"] = OperatorCase.Of(x => { var y = zeros(3, 3); y[1].copy_(x.mean([0])); return y + x.mean(); }, 2, 3),
        ["into what was filled before"] = OperatorCase.Of(x => { var y = zeros(3, 3); y[0].fill_(2); return y + x.mean(); }, 2, 3),
        ["parts of a split, put together again"] = OperatorCase.Of(x => { var parts = x.relu().chunk(2, 1); parts[0].add_(1); return cat([parts[1], parts[0]], 1); }, 2, 4),
        // Others that show what was changed.
        ["the whole, then a part"] = OperatorCase.Of(x => { var y = x.relu(); var row = y[.., 0]; y.add_(1); return row * 2; }, 2, 3),
        ["a part, then the whole in another shape"] = OperatorCase.Of(x => { var y = x.relu(); var flat = y.view(-1); y[.., 0].add_(1); return flat.sigmoid(); }, 2, 3),
        ["a part that another overlaps"] = OperatorCase.Of(x => { var y = x.relu(); var (a, b) = (y[.., ..2], y[.., 1..]); a.add_(1); return b * a; }, 2, 3),
        ["a part of a part beside what was changed"] = OperatorCase.OfMany(
            x => { var y = x.relu(); var b = y[.., ..2]; var (c, d) = (b[.., 0], y[.., 1]); d.mul_(2); c.add_(1); return [y, b, c, d]; }, 2, 3),
        ["parts of parts, changed all over"] = OperatorCase.OfMany(
            x => { var y = x.relu(); var b = y.transpose(0, 1)[1..]; var c = b[0]; y.add_(1); c.mul_(2); b.add_(c.clone()); return [c, b, y]; }, 2, 3),
        ["an index write to the whole"] = OperatorCase.Of(x => { var y = x.relu(); var last = y[.., -1]; y[.., 1..] = y[.., ..^1] * 2; return last + y[.., 0]; }, 2, 3),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Write_is_seen_wherever_it_shows(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Part_of_a_parameter_is_not_changed()
    {
        using var folder = new ExportFolder();
        using var module = new Changing();
        Assert.Contains("changes a part of weight", Assert.Throws<ExportException>(() => folder.Export(module, [2, 3])).Message);
    }

    private static OperatorCase Changed(Action<Tensor> write, params long[] shape) => OperatorCase.Of(
        x =>
        {
            var copy = x.relu() + 1;
            write(copy);
            return copy;
        },
        shape);

    private sealed class Changing : Module<Tensor, Tensor>
    {
        private readonly Parameter weight = Parameter(ones(3));

        public Changing()
            : base(nameof(Changing)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            weight[..2].add_(1);
            return input * weight;
        }
    }
}
