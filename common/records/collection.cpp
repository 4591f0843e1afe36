#include "common/records/collection.hpp"

#include "common/base/log.hpp"

#include <algorithm>

namespace himsog::records {
namespace {

using journal::Values;
using journal::Writer;
using Kept = std::shared_ptr<Collection const>;

/// What a created or changed record is answered with, read on the writer thread inside the transaction.
struct Rendered {
    std::string body;
    std::string etag;
};

Rendered render_one(Collection const& here, Writer& writer, Uuid const& id, Zone zone) {
    Reader reader{writer.database()};
    Rendering rendering{reader, zone};
    rendering.is_detail = true;
    Rendered rendered;
    rendered.body = here.shape.one(id, rendering, &rendered.etag);
    return rendered;
}

std::string wrapped(std::string const& key, std::string_view detail, std::string body) {
    if (key.empty()) return body;
    std::string out = "{\"detail\":";
    append_json_string(out, detail);
    return out + ",\"" + key + "\":" + std::move(body) + '}';
}

http::Response with_etag(http::Response response, std::string const& etag) {
    response.header("ETag", '"' + etag + '"');
    return response;
}

std::string_view unquoted(std::string_view etag) {
    if (etag.starts_with("W/")) etag.remove_prefix(2);
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
    return etag;
}

/// References of the draft that name nothing here. What is stored (`before`) already may stay: its record may have been voided elsewhere.
std::optional<Problem> check_references(Collection const& here, Writer& writer, Draft const& draft, Values const* before = nullptr) {
    auto const& fields = here.shape.entity().fields();
    FieldErrors errors;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].type != journal::Type::reference || !draft.sent(i) || draft.fields[i]->is_null()) continue;
        if (before != nullptr && *draft.fields[i] == before->at(i)) continue;
        auto const id = draft.fields[i]->uuid();
        auto const* const target = writer.dictionary().named(fields[i].target);
        if (target != nullptr && writer.find(*target, id)) continue;
        if (here.rules.missing && before == nullptr) return here.rules.missing(fields[i], id);
        errors[fields[i].name] = {"Invalid pk \"" + id.text() + "\" - object does not exist."};
    }
    if (errors.empty()) return std::nullopt;
    return Problem{std::move(errors)};
}

std::optional<std::vector<Condition>> one_row(Collection const& here, Call const& call, Uuid const& id) {
    auto conditions = here.scope(call);
    if (conditions) conditions->push_back({"id = ?", {journal::Value{id}}});
    return conditions;
}

bool visible(Collection const& here, Call const& call, Uuid const& id, bool also_void = false) {
    auto const conditions = one_row(here, call, id);
    if (!conditions) return false;
    std::string sql = "SELECT 1 FROM " + here.shape.entity().name() + " WHERE v_void " + (also_void ? ">= 0" : "= 0");
    for (auto const& condition : *conditions) sql += " AND " + condition.sql;
    auto row = call.reader.connection.prepare(sql);
    for (auto const& condition : *conditions)
        for (auto const& value : condition.values) value.bind(row);
    return row.step();
}

Outcome get_list(Collection const& here, Call& call) {
    auto conditions = here.scope(call);
    if (!conditions) conditions = std::vector<Condition>{{"1 = 0", {}}};
    return list(here.shape, call, std::move(*conditions), call.who().in(here.filtering));
}

Outcome get_one(Collection const& here, Call& call) {
    auto const id = call.args.uuid("id");
    if (!id || !visible(here, call, *id)) return not_found(here.shape.entity().label());
    Rendering rendering{call.reader, call.zone};
    rendering.is_detail = true;
    std::string etag;
    auto body = here.shape.one(*id, rendering, &etag);
    return with_etag(http::Response{200, std::move(body)}, etag);
}

/// The same create again is the same record (decision 1): same creator and patient.
std::optional<Result<http::Response>> repeated(Collection const& here, Writer& writer, Uuid const& id, Draft const& draft, Zone zone) {
    auto const& entity = here.shape.entity();
    if (!writer.exists(entity, id)) return std::nullopt;
    auto row = writer.database().prepare("SELECT created_by FROM " + entity.name() + " WHERE id = ? AND v_void = 0");
    auto const stored = writer.find(entity, id);
    bool same = stored && row.bind(id).step() && row.uuid(0) == writer.context().actor;
    if (same && !entity.subject().empty()) {
        auto const subject = entity.index(entity.subject());
        same = draft.sent(subject) && *draft.fields[subject] == stored->at(subject);
    }
    if (!same) return Problem{ProblemKind::conflict, "Another record has this id."};
    auto rendered = render_one(here, writer, id, zone);
    return with_etag({200, wrapped(here.created_in, "This record was saved before.", std::move(rendered.body))}, rendered.etag);
}

Outcome create(Kept const& here, Call& call) {
    auto draft = read_draft(here->shape, call.request.body, Mode::create, call.zone);
    if (!draft) return draft.error();
    if (here->rules.check)
        if (auto problem = here->rules.check(*draft, Mode::create, call)) return *problem;
    if (auto problem = errors_of(*draft)) return *problem;
    return Commit{[here, draft = std::move(*draft), zone = call.zone](Writer& writer) -> Result<http::Response> {
        if (draft.id)
            if (auto answer = repeated(*here, writer, *draft.id, draft, zone)) return *answer;
        if (auto problem = check_references(*here, writer, draft)) return *problem;
        auto const& entity = here->shape.entity();
        auto const id = draft.id ? *draft.id : writer.new_id();
        auto row = draft.over(entity.blank());
        if (here->rules.admit)
            if (auto problem = here->rules.admit(writer, id, row, draft)) return *problem;
        writer.insert(entity, id, std::move(row));
        auto rendered = render_one(*here, writer, id, zone);
        return with_etag({201, wrapped(here->created_in, "Saved.", std::move(rendered.body))}, rendered.etag);
    }};
}

std::string with_conflicts(std::string body, std::vector<Uuid> const& conflicts) {
    std::string ids;
    for (auto const& id : conflicts) ids += (ids.empty() ? "\"" : ",\"") + id.text() + '"';
    body.back() = ',';
    return body + "\"conflicts\":[" + ids + "]}";
}

/// 412 shows what is there now.
std::optional<Problem> refuse_moved(Collection const& here, Writer& writer, Uuid const& id, std::string_view if_match, Zone zone) {
    auto problem = check_if_match(writer, here.shape.entity(), id, if_match);
    if (problem) problem->with("current", render_one(here, writer, id, zone).body);
    return problem;
}

Outcome change(Kept const& here, Call& call, Mode mode) {
    auto const id = call.args.uuid("id");
    auto const base_text = unquoted(call.request.header("x-himsog-base"));
    bool const replays = !base_text.empty();
    // An edit that was made while the record was void elsewhere is kept all the same: the conflict shows both.
    if (!id || !visible(*here, call, *id, replays)) return not_found(here->shape.entity().label());
    auto draft = read_draft(here->shape, call.request.body, mode, call.zone);
    if (!draft) return draft.error();
    if (here->rules.check)
        if (auto problem = here->rules.check(*draft, mode, call)) return *problem;
    if (auto problem = errors_of(*draft)) return *problem;
    std::optional<journal::Base> base;
    if (replays) {
        base = journal::parse_version(base_text);
        if (!base) return Problem{ProblemKind::bad_request, "X-Himsog-Base is not a version of a record."};
    }

    auto const rendered = std::make_shared<Rendered>();
    auto const updated = std::make_shared<std::shared_ptr<journal::Updated const>>();
    LateCommit late;
    late.work = [here, id = *id, draft = std::move(*draft), base, rendered, updated, zone = call.zone,
                 if_match = std::string{unquoted(call.request.header("if-match"))}](Writer& writer) -> std::optional<Problem> {
        auto const& entity = here->shape.entity();
        auto const stored = writer.stored(entity, id);
        if (!stored || (!base && !writer.find(entity, id))) return not_found(entity.label());
        if (auto problem = refuse_moved(*here, writer, id, if_match, zone)) return problem;
        if (auto problem = check_references(*here, writer, draft, &*stored)) return problem;
        auto after = draft.over(*stored);
        if (auto problem = too_many_unknown(entity, after)) return problem;
        if (here->rules.revise)
            if (auto problem = here->rules.revise(writer, id, *stored, after, draft)) return problem;
        *updated = writer.update(entity, id, after, base ? &*base : nullptr);
        *rendered = render_one(*here, writer, id, zone);
        return std::nullopt;
    };
    late.answer = [here, rendered, updated, replays]() {
        auto body = wrapped(here->updated_in, "Saved.", rendered->body);
        if (replays) body = with_conflicts(std::move(body), (*updated)->conflicts);
        return with_etag({200, std::move(body)}, rendered->etag);
    };
    return late;
}

Outcome remove(Kept const& here, Call& call) {
    auto const id = call.args.uuid("id");
    if (!id || !visible(*here, call, *id)) return not_found(here->shape.entity().label());
    return Commit{[here, id = *id, zone = call.zone,
                   if_match = std::string{unquoted(call.request.header("if-match"))}](Writer& writer) -> Result<http::Response> {
        auto const& entity = here->shape.entity();
        auto const row = writer.find(entity, id);
        if (!row) return not_found(entity.label());
        if (auto problem = refuse_moved(*here, writer, id, if_match, zone)) return *problem;
        if (here->rules.remove)
            if (auto problem = here->rules.remove(writer, id, *row)) return *problem;
        writer.void_row(entity, id);
        return http::Response{204, "", ""};
    }};
}

}  // namespace

std::optional<Problem> check_if_match(Writer& writer, journal::Entity const& entity, Uuid const& id, std::string_view if_match) {
    if (if_match.empty() || if_match == "*" || if_match == writer.version(entity, id)) return std::nullopt;
    return Problem{ProblemKind::precondition_failed, "Somebody changed this record in the meantime. Nothing was saved."};
}

std::vector<Route> collection(Collection made) {
    auto const& entity = made.shape.entity();
    if (made.read == 0) made.read = entity.readers();
    if (made.write == 0) made.write = entity.writers();
    if (made.remove == 0) made.remove = made.write;
    auto const here = std::make_shared<Collection const>(std::move(made));
    auto const detail = here->path + "{id}/";
    auto const read = Policy::only(here->read);
    auto const write = Policy::only(here->write);

    auto const update_envelope = here->updated_in.empty() ? Envelope::plain : here->create_envelope;

    std::vector<Route> routes;
    auto const add = [&](http::Method method, std::string const& at, Policy policy, Handle handle,
                         Envelope form = Envelope::plain) -> Route& {
        return routes.emplace_back(method, at, policy, std::move(handle), form);
    };
    add(http::Method::get, here->path, read, [here](Call& call) { return get_list(*here, call); }).about(entity, "List", Gives::list);
    add(http::Method::get, detail, read, [here](Call& call) { return get_one(*here, call); }).about(entity, "Read", Gives::record);
    add(
        http::Method::post, here->path, write, [here](Call& call) { return create(here, call); }, here->create_envelope)
        .about(entity, "Create", Gives::record, here->created_in);
    if (entity.is_append_only()) return routes;
    add(
        http::Method::put, detail, write, [here](Call& call) { return change(here, call, Mode::put); }, update_envelope)
        .about(entity, "Replace", Gives::record, here->updated_in);
    add(
        http::Method::patch, detail, write, [here](Call& call) { return change(here, call, Mode::patch); }, update_envelope)
        .about(entity, "Change", Gives::record, here->updated_in);
    add(http::Method::del, detail, Policy::only(here->remove), [here](Call& call) {
        return remove(here, call);
    }).about(entity, "Void", Gives::nothing);
    return routes;
}

}  // namespace himsog::records
